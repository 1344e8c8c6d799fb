"""`mtl promote` and `mtl rollback`, by hand."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mtl import registry
from mtl.process_identity import who_asks
from mtl.registry import Registry
from tests.flows.clinics import mtl, write_clinics

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(32))
PEM = serialization.Encoding.PEM
SIGNING = SIGNER.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
STRANGERS = STRANGER.public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An accepted version that was not promoted; its decision is signed."""
    folder = tmp_path_factory.mktemp("promotion")
    spec = write_clinics(folder, schemes=["equal"], seeds=[0])
    done = mtl(folder / "home", "run", spec, "--no-promote", MTL_SIGNING_KEY=SIGNING)
    assert done.status == 0, done.err
    assert "mtl promote clinics" in done.out
    return folder / "home"


def champion(home: Path) -> str | None:
    found = registry.read_champion(Registry.in_folder(home), "clinics")
    return found.version if isinstance(found, registry.Champion) else None


def test_who_trusts_another_key_promotes_and_serves_nothing_and_is_told_why(home: Path) -> None:
    for arguments in (["promote", "clinics"], ["verify", "clinics", "1"]):
        done = mtl(home, *arguments, MTL_TRUSTED_KEY=STRANGERS)
        assert done.status == 1
        assert "signed with another key than the trusted one" in done.err + done.out
        assert "Traceback" not in done.err
    assert champion(home) is None
    unreadable = mtl(home, "promote", "clinics", MTL_TRUSTED_KEY="/nowhere.pem")
    assert (unreadable.status, "MTL_TRUSTED_KEY" in unreadable.err) == (2, True)


def test_an_accepted_version_waits_for_its_promotion_by_hand(home: Path) -> None:
    assert champion(home) is None
    done = mtl(home, "promote", "clinics", MTL_SIGNING_KEY=SIGNING)
    assert (done.status, champion(home)) == (0, "1")
    assert "version 1" in done.out
    verified = mtl(home, "verify", "clinics", "1", MTL_SIGNING_KEY=SIGNING)
    assert (verified.status, "signed with the trusted key" in verified.out) == (0, True)
    evidence = next((home / "artifacts").rglob("evidence.npz"))
    kept = evidence.read_bytes()
    evidence.write_bytes(kept[:-1])
    edited = mtl(home, "verify", "clinics", "1", MTL_SIGNING_KEY=SIGNING)
    assert (edited.status, "the evidence in MLflow is not the one" in edited.out) == (1, True)
    evidence.unlink()
    gone = mtl(home, "verify", "clinics", "1", MTL_SIGNING_KEY=SIGNING)
    assert (gone.status, "not the one that was decided on" in gone.out) == (1, True)
    evidence.write_bytes(kept)
    told = mtl(home, "history", "clinics")
    assert told.status == 0, told.err
    assert f"promotion by {who_asks()}" in told.out
    assert "promote, signed" in told.out


def test_a_rejected_version_is_refused_and_the_first_champion_cannot_be_rolled_back(home: Path) -> None:
    where = Registry.in_folder(home)
    before = champion(home)
    registry.tag_version(where, registry.read_version(where, "clinics", "1"), {"decision": "reject"})
    refused = ((["promote", "clinics", "--version", "1"], "reject"), (["rollback", "clinics"], "no earlier"))
    for arguments, why in refused:
        done = mtl(home, *arguments)
        assert done.status == 1
        assert why in done.err
        assert "Traceback" not in done.err
    assert champion(home) == before
