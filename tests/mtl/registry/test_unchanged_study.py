from pathlib import Path

import pytest
from mlflow import MlflowClient

from mtl import registry
from mtl.errors import RegistryUnreachableError
from mtl.registry import Registry
from mtl.registry.unchanged_study import UNCHANGED_TAG

NOW = "2026-11-26T12:02:00+01:00"


@pytest.fixture
def client(store: Registry) -> MlflowClient:
    return MlflowClient(store.tracking_uri)


def test_a_model_has_the_aliases_that_it_has(store: Registry, client: MlflowClient) -> None:
    assert registry.read_aliases(store, "reviews") == {}
    client.create_registered_model("reviews")
    assert registry.read_aliases(store, "reviews") == {}
    client.create_model_version("reviews", "somewhere")
    client.set_registered_model_alias("reviews", "champion", "1")
    client.set_registered_model_alias("reviews", "anchor", "1")
    assert registry.read_aliases(store, "reviews") == {"champion": "1", "anchor": "1"}


def test_a_finished_study_stands_and_its_run_says_until_when(store: Registry, client: MlflowClient, study: str) -> None:
    registry.finish_study(store, study)
    assert registry.note_unchanged(store, study, "reviews", None, NOW)
    assert client.get_run(study).data.tags[UNCHANGED_TAG] == NOW


@pytest.mark.parametrize("what", ["unfinished", "failed", "deleted", "never there"])
def test_a_study_whose_run_is_not_there_and_finished_does_not_stand(
    store: Registry, client: MlflowClient, study: str, what: str
) -> None:
    if what != "unfinished":
        registry.finish_study(store, study, status="failed" if what == "failed" else "finished")
    if what == "deleted":
        client.delete_run(study)
    asked = "0" * 32 if what == "never there" else study
    assert not registry.note_unchanged(store, asked, "reviews", None, NOW)
    assert UNCHANGED_TAG not in client.get_run(study).data.tags


def test_a_study_whose_version_is_gone_does_not_stand(store: Registry, client: MlflowClient, study: str) -> None:
    registry.finish_study(store, study)
    client.create_registered_model("reviews")
    client.create_model_version("reviews", "somewhere")
    assert registry.note_unchanged(store, study, "reviews", "1", NOW)
    client.delete_model_version("reviews", "1")
    assert not registry.note_unchanged(store, study, "reviews", "1", NOW)


def test_a_registry_that_does_not_answer_is_no_answer(tmp_path: Path) -> None:
    nobody = Registry("http://127.0.0.1:9")
    with pytest.raises(RegistryUnreachableError):
        registry.read_aliases(nobody, "reviews")
    with pytest.raises(RegistryUnreachableError):
        registry.note_unchanged(nobody, "0" * 32, "reviews", None, NOW)
