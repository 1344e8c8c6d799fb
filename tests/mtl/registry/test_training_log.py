"""Trainings that are logged beside the work: all of them, in order, or the work fails."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from mlflow import MlflowClient

from mtl import registry
from mtl.errors import MtlError, RegistryUnreachableError
from mtl.registry import ATTEMPT_TAG, Registry, StudyRecord, TrainingRecord
from mtl.registry.tracking import Children, log_training_runs
from mtl.registry.training_log import MOST_AT_ONCE
from tests.mtl.registry.conftest import DATA

RECORD = TrainingRecord("run", "equal", 0, {"width": 8}, {"loss/tweet": [1.0, 0.5]}, {"seconds": 3.5}, {"kind": "any"})
MANY = [replace(RECORD, run_name=f"run {number}", seed=number) for number in range(40)]


@pytest.fixture
def client(store: Registry) -> MlflowClient:
    return MlflowClient(store.tracking_uri)


def test_all_that_was_added_is_there_at_the_end_in_the_order_in_which_it_was_added(
    store: Registry, client: MlflowClient, study: str
) -> None:
    with registry.logging_trainings(store, study) as log:
        for record in MANY:
            log.add(record)
    runs = [client.get_run(run_id) for run_id in log.ids]
    assert [run.info.run_name for run in runs] == [record.run_name for record in MANY]
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert {run.data.tags["mlflow.parentRunId"] for run in runs} == {study}
    assert [run.data.metrics for run in runs] == [{"loss/tweet": 0.5, "seconds": 3.5}] * len(MANY)
    assert [run.data.params for run in runs] == [{"width": "8"}] * len(MANY)


def test_whoever_adds_does_not_wait_and_what_waits_is_written_together(
    store: Registry, study: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    may_write = threading.Event()

    def slow(where: Registry, run: str, records: Sequence[TrainingRecord], known: Children) -> list[str]:
        may_write.wait()
        batches.append(len(records))
        return log_training_runs(where, run, records, known)

    monkeypatch.setattr("mtl.registry.training_log.log_training_runs", slow)
    with registry.logging_trainings(store, study) as log:
        for record in MANY:
            log.add(record)
        assert log.ids == []
        may_write.set()
    assert sum(batches) == len(MANY)
    assert len(batches) <= 3
    assert max(batches) == MOST_AT_ONCE


def test_what_an_earlier_attempt_logged_is_found_and_what_it_left_half_written_is_replaced(
    store: Registry, client: MlflowClient
) -> None:
    study = registry.start_study(store, StudyRecord("reviews", "first", DATA, tags={ATTEMPT_TAG: "7"}))
    finished, half = MANY[:2]
    known = registry.log_training_run(store, study, finished)
    experiment = client.get_run(study).info.experiment_id
    left = client.create_run(experiment, run_name=half.run_name, tags={"mlflow.parentRunId": study}).info.run_id
    with registry.logging_trainings(store, study) as log:
        log.add(finished)
        log.add(half)
    assert log.ids[0] == known
    assert log.ids[1] != left
    assert client.get_run(left).info.lifecycle_stage == "deleted"
    assert client.get_run(log.ids[1]).data.tags[ATTEMPT_TAG] == "7"


def test_a_training_that_cannot_be_logged_fails_the_block_at_its_end(store: Registry, study: str) -> None:
    with (
        pytest.raises(MtlError, match=r"refused to log the run 'run'"),
        registry.logging_trainings(store, study) as log,
    ):
        log.add(replace(RECORD, final={"no!": 1.0}))


def test_a_registry_that_is_lost_fails_the_block_while_it_trains(store: Registry) -> None:
    lost = replace(store, tracking_uri="http://127.0.0.1:9")

    def trains_for_ever() -> None:
        with registry.logging_trainings(lost, "any") as log:
            while True:
                log.add(RECORD)

    with pytest.raises(RegistryUnreachableError, match="cannot read the MLflow registry"):
        trains_for_ever()


def test_a_block_that_fails_leaves_what_is_not_written_yet_and_raises_its_own_error(
    store: Registry, study: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, may_write = threading.Event(), threading.Event()

    def slow(where: Registry, run: str, records: Sequence[TrainingRecord], known: Children) -> list[str]:
        at_work.set()
        may_write.wait()
        return log_training_runs(where, run, records, known)

    def fails() -> None:
        with registry.logging_trainings(store, study) as log:
            logs.append(log)
            log.add(MANY[0])
            at_work.wait()
            for record in MANY[1:]:
                log.add(record)
            threading.Timer(0.0, may_write.set).start()
            raise KeyboardInterrupt

    logs: list[registry.TrainingLog] = []
    monkeypatch.setattr("mtl.registry.training_log.log_training_runs", slow)
    with pytest.raises(KeyboardInterrupt):
        fails()
    assert len(logs[0].ids) == 1
