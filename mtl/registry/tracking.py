"""A study in MLflow: one parent run, and one child run per training.

Every call names its run, so that threads can log side by side: MLflow's "active run" belongs to one thread.
"""

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, Run, RunStatus, RunTag
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_DATASET_CONTEXT, MLFLOW_PARENT_RUN_ID

from mtl.registry import records
from mtl.registry.client import EXISTS, reaching
from mtl.registry.connection import Registry
from mtl.registry.records import Artifact, DataRecord, Scalar, StudyRecord, TrainingRecord

T = TypeVar("T")

METRICS_PER_CALL = 1000
PARAMS_PER_CALL = 100
DIGEST_LENGTH = 36
"""MLflow's limits."""

KEY_TAG = "study.key"
_STATUSES: Mapping[records.RunStatus, str] = {
    "finished": RunStatus.to_string(RunStatus.FINISHED),
    "failed": RunStatus.to_string(RunStatus.FAILED),
}


def start_study(registry: Registry, study: StudyRecord) -> str:
    """Open the parent run of a study, or the unfinished one with the same key, and return its id.

    Raises RegistryUnreachableError, and MtlError when MLflow refuses a value.
    """
    with reaching(registry, f"start the study '{study.name}'") as client:
        experiment = _experiment(client, registry, study.name)
        run_id = _unfinished_study(client, experiment, study.key) if study.key else None
        if run_id is not None:
            return run_id
        run = client.create_run(experiment, run_name=study.run_name, tags=_study_tags(study))
        _log_values(client, run.info.run_id, study.params, ())
        client.log_inputs(run.info.run_id, [_dataset(study.data)])
        _log_artifacts(client, run.info.run_id, study.artifacts)
        return str(run.info.run_id)


def log_training_run(registry: Registry, study_run_id: str, record: TrainingRecord) -> str:
    """Log a training as a child of the study's run and return the child's id; logging it again changes nothing.

    A child left half-written by a killed attempt is replaced. Safe to call from several threads.
    Raises RegistryUnreachableError, and MtlError when MLflow refuses a value.
    """
    with reaching(registry, f"log the run '{record.run_name}'") as client:
        experiment = client.get_run(study_run_id).info.experiment_id
        known = _children(client, experiment, study_run_id, record.run_name)
        for run in known:
            if run.info.status == _STATUSES[record.status]:
                return str(run.info.run_id)
            client.delete_run(run.info.run_id)
        return _write_training(client, experiment, study_run_id, record)


def finish_study(
    registry: Registry,
    study_run_id: str,
    status: records.RunStatus = "finished",
    tags: Mapping[str, str] | None = None,
    metrics: Mapping[str, float] | None = None,
    artifacts: Sequence[Artifact] = (),
) -> None:
    """Close the parent run with what the study came to. May be called again, with more.

    Raises RegistryUnreachableError, and MtlError when MLflow refuses a value.
    """
    with reaching(registry, "finish the study") as client:
        now = time.time()
        _log_values(client, study_run_id, {}, _finals(metrics or {}, now), tags)
        _log_artifacts(client, study_run_id, artifacts)
        client.set_terminated(study_run_id, _STATUSES[status], _milliseconds(now))


def log_artifacts(registry: Registry, run_id: str, artifacts: Sequence[Artifact]) -> None:
    """Upload files and folders to a run. Raises RegistryUnreachableError."""
    with reaching(registry, "store artifacts") as client:
        _log_artifacts(client, run_id, artifacts)


def _experiment(client: MlflowClient, registry: Registry, name: str) -> str:
    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return client.create_experiment(name, artifact_location=registry.artifact_location(name))
        except MlflowException as failure:
            if failure.error_code != EXISTS:
                raise
            return _experiment(client, registry, name)  # another process was first
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _unfinished_study(client: MlflowClient, experiment: str, key: str) -> str | None:
    same = f"tags.`{KEY_TAG}` = {_quoted(key)} AND attributes.status = 'RUNNING'"
    runs = client.search_runs([experiment], same, max_results=1)
    return str(runs[0].info.run_id) if runs else None


def _children(client: MlflowClient, experiment: str, parent: str, name: str) -> Sequence[Run]:
    same = f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{parent}' AND attributes.run_name = {_quoted(name)}"
    runs: Sequence[Run] = client.search_runs([experiment], same)
    return runs


def _study_tags(study: StudyRecord) -> dict[str, str]:
    key = {KEY_TAG: study.key} if study.key else {}
    return {**study.tags, **key, "data.digest": study.data.digest, "level": "study"}


def _write_training(client: MlflowClient, experiment: str, parent: str, record: TrainingRecord) -> str:
    tags = {"level": "training", "subject": record.subject, "seed": str(record.seed), **record.tags}
    started = record.started or time.time()
    ended = record.ended or time.time()
    run = client.create_run(
        experiment,
        start_time=_milliseconds(started),
        tags={**tags, MLFLOW_PARENT_RUN_ID: parent},
        run_name=record.run_name,
    )
    run_id = str(run.info.run_id)
    epochs = max((len(values) for values in record.history.values()), default=0)
    metrics = [*_history(record.history, started, ended), *_finals(record.final, ended, epochs)]
    _log_values(client, run_id, record.params, metrics)
    if record.artifacts is not None:
        client.log_artifacts(run_id, str(record.artifacts))
    client.set_terminated(run_id, _STATUSES[record.status], _milliseconds(ended))
    return run_id


def _history(history: Mapping[str, Sequence[float]], started: float, ended: float) -> Iterable[Metric]:
    """One metric per epoch, spread evenly over the run's time so that MLflow's axis of wall time means something."""
    for name, values in history.items():
        pace = (ended - started) / max(len(values), 1)
        for epoch, value in enumerate(values):
            if not math.isnan(value):
                yield Metric(name, float(value), _milliseconds(started + pace * (epoch + 1)), epoch)


def _finals(values: Mapping[str, float], at: float, step: int = 0) -> list[Metric]:
    return [Metric(name, float(value), _milliseconds(at), step) for name, value in values.items()]


def _log_values(
    client: MlflowClient,
    run_id: str,
    params: Mapping[str, Scalar],
    metrics: Iterable[Metric],
    tags: Mapping[str, str] | None = None,
) -> None:
    """In as few calls as MLflow's limits allow: a call costs 4 ms on SQLite and 100 ms to a server."""
    for some_metrics in _chunks(metrics, METRICS_PER_CALL):
        client.log_batch(run_id, metrics=some_metrics)
    for some_params in _chunks(params.items(), PARAMS_PER_CALL):
        client.log_batch(run_id, params=[Param(name, str(value)) for name, value in some_params])
    for some_tags in _chunks((tags or {}).items(), PARAMS_PER_CALL):
        client.log_batch(run_id, tags=[RunTag(name, value) for name, value in some_tags])


def _chunks(values: Iterable[T], size: int) -> Iterable[list[T]]:
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def _quoted(value: str) -> str:
    """A value in MLflow's search language, which has no escapes."""
    return f'"{value}"' if "'" in value else f"'{value}'"


def _dataset(data: DataRecord) -> DatasetInput:
    """MLflow's own digest reads 10,000 rows only: the data's is given, cut to what MLflow keeps."""
    dataset = Dataset(
        name=data.name,
        digest=data.digest[:DIGEST_LENGTH],
        source_type="local",
        source=data.source,
        profile=f'{{"num_rows": {data.rows}, "num_columns": {len(data.columns)}}}',
    )
    return DatasetInput(dataset, [InputTag(MLFLOW_DATASET_CONTEXT, "training")])


def _log_artifacts(client: MlflowClient, run_id: str, artifacts: Sequence[Artifact]) -> None:
    for artifact in artifacts:
        send = client.log_artifacts if artifact.path.is_dir() else client.log_artifact
        send(run_id, str(artifact.path), artifact.folder or None)


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
