"""Old runs go; what serves, served, decides or is under way stays."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType
from sqlalchemy import create_engine, text

from mtl import registry
from mtl.registry import Registry, StudyRecord, TrainingRecord
from mtl.registry.connection import sqlite_file
from tests.mtl.registry.conftest import DATA
from tests.servers import mlflow_server, postgresql

DAY = 86_400.0
TRAINING = TrainingRecord("equal, seed 0", "equal", 0, history={"loss/tweet": [1.0, 0.5]})


@pytest.fixture
def client(store: Registry) -> MlflowClient:
    return MlflowClient(store.tracking_uri)


def made(
    store: Registry, days: float, name: str = "reviews", trainings: int = 2, database: str | None = None
) -> tuple[str, list[str]]:
    """A study that ended so many days ago, with its trainings; `database`: of the server, if the store is one."""
    parent = registry.start_study(store, StudyRecord(name, f"{days} days ago", DATA))
    records = [replace(TRAINING, run_name=f"equal, seed {seed}") for seed in range(trainings)]
    children = registry.log_training_runs(store, parent, records)
    registry.finish_study(store, parent)
    grow_old(database or store.tracking_uri, [parent, *children], days)
    return parent, children


def grow_old(database: str, runs: list[str], days: float) -> None:
    change = "update runs set start_time = start_time - :age, end_time = end_time - :age where run_uuid = :run"
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text(change), [{"age": int(days * DAY * 1000), "run": run} for run in runs])
    engine.dispose()


def there(client: MlflowClient) -> set[str]:
    """All runs, also those that are but hidden."""
    experiments = [each.experiment_id for each in client.search_experiments()]
    return {run.info.run_id for run in client.search_runs(experiments, run_view_type=ViewType.ALL)}


def clean(store: Registry, keep: int = 0, days: float = 90) -> list[bool]:
    return [registry.remove_old_runs(store, each) for each in registry.old_runs(store, time.time() - days * DAY, keep)]


def test_studies_that_are_old_go_with_their_trainings_and_files_and_later_ones_stay(
    store: Registry, client: MlflowClient
) -> None:
    (old, _), (new, children) = made(store, 100), made(store, 80)
    client.log_text(old, "x" * 1000, "report/report.md")
    [found] = registry.old_runs(store, time.time() - 90 * DAY, keep=0)
    assert (found.studies, len(found.trainings), found.size >= 1000) == ((old,), 2, True)
    assert "1 studies, 2 trainings" in str(found)
    assert clean(store) == [True]
    assert there(client) == {new, *children}
    file = sqlite_file(store.tracking_uri)
    assert file is not None
    assert not list((file.parent / "artifacts").rglob("report.md"))
    assert clean(store) == []


def test_as_many_as_are_kept_stay_however_old_they_are(store: Registry, client: MlflowClient) -> None:
    made(store, 300)
    (second, some), (third, more) = made(store, 200), made(store, 100, "other")
    clean(store, keep=2)
    assert there(client) == {second, third, *some, *more}


def test_a_version_keeps_its_own_run_and_the_study_that_made_it(store: Registry, client: MlflowClient) -> None:
    parent, [own, other] = made(store, 100)
    client.create_registered_model("reviews")
    client.create_model_version("reviews", "file:///nowhere", own)
    clean(store)
    assert there(client) == {parent, own}
    assert other not in there(client)


def test_a_study_that_decided_on_a_version_is_kept_for_its_evidence(store: Registry, client: MlflowClient) -> None:
    parent, _ = made(store, 100)
    client.create_registered_model("reviews")
    client.create_model_version("reviews", "file:///nowhere", tags={f"decision.{parent}": "{}"})
    clean(store)
    assert there(client) == {parent}


def test_a_study_that_was_asked_for_again_yesterday_is_not_old(store: Registry, client: MlflowClient) -> None:
    parent, children = made(store, 300)
    registry.note_unchanged(store, parent, "reviews", None, time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()))
    assert clean(store) == []
    assert there(client) == {parent, *children}


def test_nothing_of_a_study_that_is_under_way_is_touched(store: Registry, client: MlflowClient) -> None:
    made(store, 100)
    before = there(client)
    with registry.hold_lease(store, "a study of reviews under way", 0.0):
        assert clean(store) == [False]
    assert there(client) == before


def test_runs_of_others_and_versions_of_the_ledger_stay(store: Registry, client: MlflowClient) -> None:
    theirs = client.create_run(client.create_experiment("theirs")).info.run_id
    client.set_terminated(theirs)
    client.create_registered_model("mtl.ledger")
    client.create_model_version("mtl.ledger", "ledger://look")
    made(store, 100)
    grow_old(store.tracking_uri, [theirs], 1000)
    clean(store)
    assert there(client) == {theirs}
    assert len(client.search_model_versions("name = 'mtl.ledger'")) == 1


def test_a_name_can_be_asked_for_alone_and_a_hidden_run_goes_for_good(store: Registry, client: MlflowClient) -> None:
    (mine, _), (other, children) = made(store, 100), made(store, 100, "other")
    client.delete_run(mine)
    [found] = registry.old_runs(store, time.time(), 0, only="reviews")
    assert found.study == "reviews"
    assert registry.remove_old_runs(store, found)
    assert there(client) == {other, *children}


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgresql() as address:
        yield address


@pytest.mark.faults
def test_a_server_hides_what_is_old_and_gc_on_its_host_frees_it(database: str, tmp_path: Path) -> None:
    with mlflow_server(database, tmp_path) as address:
        store = Registry(address)
        (old, trainings), (new, children) = (made(store, days, database=database) for days in (100, 80))
        client = MlflowClient(address)
        assert clean(store) == [True]
        shown = {run.info.run_id for run in client.search_runs(["1"])}
        assert (shown, there(client)) == ({new, *children}, {old, *trainings, new, *children})
        assert clean(store) == []
        gc = [sys.executable, "-m", "mlflow", "gc", "--backend-store-uri", database, "--tracking-uri", address]
        subprocess.run(gc, check=True, capture_output=True)
        assert there(client) == {new, *children}


@pytest.mark.faults
def test_a_database_without_a_server_before_it_loses_what_is_old_with_its_files(database: str, tmp_path: Path) -> None:
    store = Registry(database, artifact_root=str(tmp_path / "artifacts"))
    _, (new, children) = made(store, 100, "bare"), made(store, 80, "bare")
    client = MlflowClient(database)
    client.log_text(new, "kept", "report/report.md")
    [old] = registry.old_runs(store, time.time() - 90 * DAY, 0, "bare")
    assert registry.remove_old_runs(store, old)
    assert there(client) & {new, *children, *old.studies, *old.trainings} == {new, *children}
    assert [file.name for file in (tmp_path / "artifacts").rglob("*.md")] == ["report.md"]
