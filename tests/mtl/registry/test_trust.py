"""Decisions as documents: kept by study, covering every file, signed; each attack that was made is planted here."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from mlflow import MlflowClient

from mtl import registry
from mtl.errors import MtlError, PromotionRefusedError
from mtl.registry import Champion, Keys, ModelVersion, NoChampion, Origin, Registry
from mtl.registry.decision_record import records_of

NONE = NoChampion("reviews")
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNER = Keys(PRIVATE, PRIVATE.public_key())
READER = Keys(None, PRIVATE.public_key())
STRANGER = Keys(Ed25519PrivateKey.from_private_bytes(bytes(32)))
NO_KEYS = Keys()


def origin(study: str) -> Origin:
    return Origin(study, "data", "evidence", "policy")


@pytest.fixture
def version(store: Registry, study: str, folders: list[Path]) -> ModelVersion:
    return registry.register(store, "reviews", folders[0], study, {"scheme": "equal"})


def decided(
    store: Registry, version: ModelVersion, keys: Keys, promote: bool = True, study: str = "s1"
) -> ModelVersion:
    said = (promote, "Promote." if promote else "Reject.")
    return registry.record_decision(store, version, said, NONE, origin(study), keys)


def stored_files(store: Registry, version: ModelVersion) -> Path:
    place = MlflowClient(store.tracking_uri).get_model_version_download_uri(version.name, version.version)
    return Path(place.removeprefix("file://"))


def rewrite(store: Registry, version: ModelVersion, tags: Mapping[str, str]) -> None:
    registry.tag_version(store, version, tags)


def problems(store: Registry, version: ModelVersion, keys: Keys) -> str:
    return "; ".join(registry.verify_version(store, version, keys).problems)


def test_each_study_adds_its_decision_and_none_rewrites_anothers(store: Registry, version: ModelVersion) -> None:
    decided(store, version, NO_KEYS, study="s1")
    again = decided(store, version, NO_KEYS, promote=False, study="s2")
    first, second = records_of(again.tags)
    assert [(each.origin.study, each.promote) for each in (first, second)] == [("s1", True), ("s2", False)]
    assert "@" in first.asked_by
    assert again.tags["decision"] == "reject"


def test_the_decision_by_which_a_champion_serves_stays_on_it_when_a_later_study_judges_it(
    store: Registry, version: ModelVersion
) -> None:
    decided(store, version, NO_KEYS)
    later = registry.record_decision(store, version, (False, "Reject."), Champion(version), origin("s2"), NO_KEYS)
    assert (later.tags["decision"], later.tags["sentence"]) == ("promote", "Promote.")
    assert [each.promote for each in records_of(later.tags)] == [True, False]


def test_a_version_is_verified_in_every_file(store: Registry, version: ModelVersion) -> None:
    assert "no decision document" in problems(store, version, NO_KEYS)
    decided(store, version, SIGNER)
    for keys, signed in ((SIGNER, True), (READER, True), (NO_KEYS, None)):
        found = registry.verify_version(store, version, keys)
        assert (found.problems, found.signed) == ((), signed)
    code = next(stored_files(store, version).rglob("mtl/serving/bundle.py"))
    code.write_text(code.read_text() + "\nimport os\n")
    assert "the copy of the code" in problems(store, version, NO_KEYS)
    (stored_files(store, version) / "artifacts/bundle/weights.safetensors").write_bytes(b"others")
    assert "the files that are served are not those" in problems(store, version, NO_KEYS)
    with pytest.raises(PromotionRefusedError, match="version 1 of reviews is not to be promoted: the files that are"):
        registry.require_trusted(store, version, NO_KEYS)


def test_a_rejected_version_is_not_promoted_by_editing_tags(store: Registry, version: ModelVersion) -> None:
    rejected = decided(store, version, SIGNER, promote=False)
    rewrite(store, version, {"decision": "promote", "champion.compared": "none"})
    for keys in (NO_KEYS, READER):
        with pytest.raises(PromotionRefusedError, match="its latest decision is to reject"):
            registry.require_trusted(store, version, keys)
    [record] = records_of(rejected.tags)
    rewrite(store, version, dict([replace(record, promote=True).tag]))
    with pytest.raises(PromotionRefusedError, match="its decision was changed, or signed with another key"):
        registry.require_trusted(store, version, READER)


def test_where_a_key_is_trusted_unsigned_and_strangers_decisions_count_for_nothing(
    store: Registry, version: ModelVersion
) -> None:
    with pytest.raises(PromotionRefusedError, match="no decision document"):
        registry.require_trusted(store, version, READER)
    decided(store, version, NO_KEYS)
    assert "its decision is not signed" in problems(store, version, READER)
    decided(store, version, SIGNER)
    registry.require_trusted(store, version, READER)
    decided(store, version, STRANGER, promote=False, study="s2")
    registry.require_trusted(store, version, READER)


def test_a_document_of_another_version_does_not_vouch(
    store: Registry, version: ModelVersion, study: str, folders: list[Path]
) -> None:
    signed = decided(store, version, SIGNER)
    other = registry.register(store, "reviews", folders[1], study, {})
    [record] = records_of(signed.tags)
    rewrite(store, other, {"decision": "promote", "decision.s1": json.dumps(asdict(record))})
    assert "no decision document" in problems(store, other, READER)
    with pytest.raises(PromotionRefusedError, match="no decision document"):
        registry.require_trusted(store, other, READER)


def test_a_server_with_a_trusted_key_serves_what_was_signed_and_nothing_else(
    store: Registry, version: ModelVersion, folders: list[Path], tmp_path: Path
) -> None:
    decided(store, version, NO_KEYS)
    registry.promote(store, version, NONE, str)
    source = registry.RegistryChampionSource(store, "reviews", tmp_path / "cache", READER)
    with pytest.raises(MtlError, match="no decision to promote it is signed with the trusted key"):
        source.current()
    decided(store, version, SIGNER)
    assert source.current()[0] == "1"
    edited = stored_files(store, version) / "artifacts" / "bundle"
    for file in folders[1].iterdir():
        (edited / file.name).write_bytes(file.read_bytes())
    other = registry.register(store, "others", folders[1], version.run_id, {}).tags["bundle.digest"]
    rewrite(store, version, {"bundle.digest": other})
    assert source.current()[1].name.startswith("1-")  # the copy that was verified
    empty = registry.RegistryChampionSource(store, "reviews", tmp_path / "empty", READER)
    with pytest.raises(MtlError, match="not the one that was registered"):
        empty.current()
