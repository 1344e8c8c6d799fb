import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient

from mtl import registry
from mtl.errors import MtlError
from mtl.registry import Artifact, Registry, StudyRecord, TrainingRecord
from tests.mtl.registry.conftest import DATA

EPOCHS = 40
HISTORY = {
    "validation/tweet/roc_auc": [0.5 + epoch / 100 for epoch in range(EPOCHS)],
    "weight/tweet": [math.nan] + [1.0] * (EPOCHS - 1),
    **{f"loss/task{number}": [1.0] * EPOCHS for number in range(30)},
}
RECORD = TrainingRecord(
    run_name="it's equal · seed 0",
    subject="equal",
    seed=0,
    params={f"option{number}": number for number in range(150)} | {"text": None},
    history=HISTORY,
    final={"seconds": 3.5, "validation/tweet/roc_auc": 0.9},
    tags={"kind": "multi-task"},
    started=1_000.0,
    ended=1_040.0,
)


@pytest.fixture
def client(store: Registry) -> MlflowClient:
    return MlflowClient(store.tracking_uri)


def test_a_study_is_an_experiment_with_a_parent_run(store: Registry, client: MlflowClient, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("name: reviews")
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "weights.png").write_bytes(b"png")
    study = StudyRecord(
        "reviews", "2026-11-22", DATA, params={"seeds": "0, 1, 2"}, artifacts=[Artifact(tmp_path / "spec.yaml")]
    )
    run_id = registry.start_study(store, study)
    plots = [Artifact(tmp_path / "plots", "plots")]
    told = {"decision": "reject"}
    registry.finish_study(store, run_id, tags=told, metrics={"difference/tweet": 0.01}, artifacts=plots)
    run = client.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params == {"seeds": "0, 1, 2"}
    assert run.data.metrics == {"difference/tweet": 0.01}
    assert (run.data.tags["data.digest"], run.data.tags["decision"]) == ("ab" * 32, "reject")
    assert run.inputs is not None
    [data] = run.inputs.dataset_inputs
    assert (data.dataset.name, data.dataset.digest) == ("reviews", ("ab" * 32)[:36])
    assert {file.path for file in client.list_artifacts(run_id)} == {"spec.yaml", "plots"}
    assert [file.path for file in client.list_artifacts(run_id, "plots")] == ["plots/weights.png"]
    experiment = client.get_experiment(run.info.experiment_id)
    assert (experiment.name, experiment.artifact_location) == ("reviews", f"{tmp_path.as_uri()}/artifacts/reviews")


def test_a_training_is_a_child_with_a_value_per_epoch(
    store: Registry, client: MlflowClient, study: str, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "history.json").write_text("{}")
    run_id = registry.log_training_run(store, study, replace(RECORD, artifacts=tmp_path / "run"))
    run = client.get_run(run_id)
    assert run.data.tags["mlflow.parentRunId"] == study
    assert {key: run.data.tags[key] for key in ("subject", "seed", "kind")} == {
        "subject": "equal",
        "seed": "0",
        "kind": "multi-task",
    }
    assert (run.info.status, run.info.start_time, run.info.end_time) == ("FINISHED", 1_000_000, 1_040_000)
    assert len(run.data.params) == 151
    curve = client.get_metric_history(run_id, "validation/tweet/roc_auc")
    assert [(metric.step, metric.value) for metric in curve[:2]] == [(0, 0.5), (1, 0.51)]
    assert (curve[0].timestamp, curve[EPOCHS - 1].timestamp) == (1_001_000, 1_040_000)
    assert run.data.metrics["validation/tweet/roc_auc"] == 0.9
    assert [metric.step for metric in client.get_metric_history(run_id, "weight/tweet")] == list(range(1, EPOCHS))
    assert [file.path for file in client.list_artifacts(run_id)] == ["history.json"]


def test_threads_log_side_by_side_and_repeating_changes_nothing(
    store: Registry, client: MlflowClient, study: str
) -> None:
    records = [replace(RECORD, run_name=f"run {number}", seed=number) for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        first = list(threads.map(lambda record: registry.log_training_run(store, study, record), records))
        again = list(threads.map(lambda record: registry.log_training_run(store, study, record), records))
    assert first == again
    assert len(set(first)) == 4
    assert mlflow.active_run() is None
    assert {client.get_run(run_id).data.tags["seed"] for run_id in first} == {"0", "1", "2", "3"}


def test_several_trainings_are_logged_at_once_and_those_that_are_known_stay(
    store: Registry, client: MlflowClient, study: str
) -> None:
    records = [replace(RECORD, run_name=f"run {number}", seed=number) for number in range(3)]
    known = registry.log_training_run(store, study, records[1])
    logged = registry.log_training_runs(store, study, records)
    assert logged[1] == known
    assert [client.get_run(run_id).info.run_name for run_id in logged] == ["run 0", "run 1", "run 2"]
    assert registry.log_training_runs(store, study, records) == logged
    assert registry.log_training_runs(store, study, []) == []


def test_a_half_written_child_is_replaced_and_a_failed_one_says_so(
    store: Registry, client: MlflowClient, study: str
) -> None:
    experiment = client.get_run(study).info.experiment_id
    half = client.create_run(experiment, run_name=RECORD.run_name, tags={"mlflow.parentRunId": study})
    failed = registry.log_training_run(store, study, replace(RECORD, status="failed"))
    assert client.get_run(half.info.run_id).info.lifecycle_stage == "deleted"
    assert client.get_run(failed).info.status == "FAILED"
    pruned = registry.log_training_run(store, study, replace(RECORD, run_name="equal, trial 4", status="pruned"))
    assert client.get_run(pruned).info.status == "KILLED"
    finished = registry.log_training_run(store, study, RECORD)
    assert finished != failed
    assert client.get_run(finished).info.status == "FINISHED"


def test_an_unfinished_study_is_continued_and_a_finished_one_is_not(store: Registry) -> None:
    study = StudyRecord("reviews", "first", DATA, key="digest's")
    first = registry.start_study(store, study)
    assert registry.start_study(store, study) == first
    assert registry.start_study(store, replace(study, key="other")) != first
    registry.finish_study(store, first, "failed")
    assert registry.start_study(store, study) != first


def test_a_deleted_experiment_is_restored(store: Registry, client: MlflowClient, study: str) -> None:
    client.delete_experiment(client.get_run(study).info.experiment_id)
    again = registry.start_study(store, StudyRecord("reviews", "second", DATA))
    assert client.get_run(again).info.experiment_id == client.get_run(study).info.experiment_id


def test_a_value_that_mlflow_refuses_is_not_an_unreachable_registry(store: Registry, study: str) -> None:
    with pytest.raises(MtlError, match=r"refused to log the run .*Invalid value") as caught:
        registry.log_training_run(store, study, replace(RECORD, final={"no!": 1.0}))
    assert type(caught.value) is MtlError


def test_metrics_are_added_to_runs_that_were_logged_before(store: Registry, client: MlflowClient) -> None:
    study = registry.start_study(store, StudyRecord("reviews", "2026-11-24", DATA))
    child = registry.log_training_run(store, study, replace(RECORD, seed=None, history={}))
    registry.log_metrics(store, {child: {"test/tweet/roc_auc": 0.75}})
    run = client.get_run(child)
    assert run.data.metrics == {**RECORD.final, "test/tweet/roc_auc": 0.75}
    assert run.data.tags["seed"] == "none"
