"""`mtl promote` and `mtl rollback`, by hand."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows import look_back
from flows.move_champion import promote_version, roll_back
from flows.settings import read_keys
from mtl import registry
from mtl.errors import MtlError, UserError
from mtl.process_identity import who_asks
from mtl.registry import Registry
from tests.flows.clinics import mtl, stay, write_clinics

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(32))
PEM = serialization.Encoding.PEM
SIGNING = SIGNER.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
STRANGERS = STRANGER.public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An accepted version that was not promoted; its decision is signed."""
    folder = tmp_path_factory.mktemp("promotion")
    done = mtl(
        folder / "home",
        "run",
        write_clinics(folder, schemes=["equal"], seeds=[0]),
        "--no-promote",
        MTL_SIGNING_KEY=SIGNING,
    )
    assert done.status == 0, done.err
    assert "mtl promote clinics" in done.out
    return folder / "home"


def champion(home: Path) -> str | None:
    found = registry.read_champion(Registry.in_folder(home), "clinics")
    return found.version if isinstance(found, registry.Champion) else None


def problems(home: Path, monkeypatch: pytest.MonkeyPatch, **keys: str) -> str:
    """What `mtl verify` would object to in the version, for one whose environment has the keys."""
    stay(monkeypatch, home, **keys)
    return "; ".join(look_back.verify("clinics", "1").problems)


def test_who_trusts_another_key_promotes_and_serves_nothing_and_is_told_why(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = mtl(home, "promote", "clinics", MTL_TRUSTED_KEY=STRANGERS)
    assert done.status == 1
    assert "signed with another key than the trusted one" in done.err + done.out
    assert "Traceback" not in done.err
    assert champion(home) is None
    assert "signed with another key than the trusted one" in problems(home, monkeypatch, MTL_TRUSTED_KEY=STRANGERS)
    stay(monkeypatch, home, MTL_TRUSTED_KEY="/nowhere.pem")
    with pytest.raises(UserError, match="MTL_TRUSTED_KEY"):
        read_keys()


def test_an_accepted_version_waits_for_its_promotion_by_hand(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert champion(home) is None
    done = mtl(home, "promote", "clinics", MTL_SIGNING_KEY=SIGNING)
    assert (done.status, champion(home)) == (0, "1")
    assert "version 1" in done.out
    assert problems(home, monkeypatch, MTL_SIGNING_KEY=SIGNING) == ""
    evidence = next((home / "artifacts").rglob("evidence.npz"))
    kept = evidence.read_bytes()
    evidence.write_bytes(kept[:-1])
    edited = mtl(home, "verify", "clinics", "1", MTL_SIGNING_KEY=SIGNING)
    assert (edited.status, "the evidence in MLflow is not the one" in edited.out) == (1, True)
    evidence.unlink()
    assert "not the one that was decided on" in problems(home, monkeypatch, MTL_SIGNING_KEY=SIGNING)
    evidence.write_bytes(kept)
    assert problems(home, monkeypatch, MTL_SIGNING_KEY=SIGNING) == ""
    told = mtl(home, "history", "clinics")
    assert told.status == 0, told.err
    assert f"promotion by {who_asks()}" in told.out
    assert "promote, signed" in told.out


def test_a_rejected_version_is_refused_and_the_first_champion_cannot_be_rolled_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = Registry.in_folder(home)
    before = champion(home)
    registry.tag_version(where, registry.read_version(where, "clinics", "1"), {"decision": "reject"})
    stay(monkeypatch, home)
    with pytest.raises(MtlError, match="reject"):
        promote_version("clinics", "1")
    with pytest.raises(MtlError, match="no earlier"):
        roll_back("clinics")
    assert champion(home) == before
