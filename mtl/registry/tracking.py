"""A study in MLflow: one parent run, and one child run per training.

Every call names its run, so that threads can log side by side: MLflow's "active run" belongs to one thread.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from mlflow import MlflowClient
from mlflow.entities import Run, RunStatus
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from mtl.registry import records
from mtl.registry.client import EXISTS, reaching
from mtl.registry.connection import Registry, sqlite_file
from mtl.registry.entries import curves, dataset, finals, log_values, milliseconds, quoted, upload
from mtl.registry.records import ATTEMPT_TAG, Artifact, StudyRecord, TrainingRecord

KEY_TAG = "study.key"
KIND = {"mlflow.experimentKind": "custom_model_development"}
"""Has MLflow's pages open on training runs, with their metrics, instead of on traces of language models."""

SIDE_BY_SIDE = 4
"""Trainings that are written at a time where the registry takes longer to answer than this program to ask."""

_STATUSES: Mapping[records.RunStatus, str] = {
    "finished": RunStatus.to_string(RunStatus.FINISHED),
    "failed": RunStatus.to_string(RunStatus.FAILED),
    "pruned": RunStatus.to_string(RunStatus.KILLED),
}


def start_study(registry: Registry, study: StudyRecord) -> str:
    """Open the parent run of a study, or the unfinished one with the same key, and return its id.

    Raises RegistryUnreachableError, and MtlError when MLflow refuses a value.
    """
    with reaching(registry, f"start the study '{study.name}'") as client:
        experiment = _experiment(client, registry, study.name)
        run_id = _unfinished_study(client, experiment, study.key) if study.key else None
        if run_id is not None:
            log_values(client, run_id, {}, (), study.tags)
            return run_id
        run = client.create_run(experiment, run_name=study.run_name, tags=_study_tags(study))
        log_values(client, run.info.run_id, study.params, ())
        client.log_inputs(run.info.run_id, [dataset(study.data)])
        upload(client, run.info.run_id, study.artifacts)
        return str(run.info.run_id)


def log_training_run(registry: Registry, study_run_id: str, record: TrainingRecord) -> str:
    """Log a training as a child of the study's run and return the child's id; logging it again changes nothing.

    A child left half-written by a killed attempt is replaced. Safe to call from several threads.
    Raises RegistryUnreachableError, and MtlError when MLflow refuses a value.
    """
    [child] = log_training_runs(registry, study_run_id, [record])
    return child


@dataclass(frozen=True)
class Children:
    """What a study's run has by now, and what it gives to each child.

    Attributes:
        by_name: the children that there are; several of one name where an attempt was killed.
    """

    experiment: str
    tags: Mapping[str, str]
    by_name: Mapping[str, Sequence[Run]]


def read_children(registry: Registry, study_run_id: str, name: str | None = None) -> Children:
    """The children of a study's run: all of them, or those of one name. Raises RegistryUnreachableError."""
    with reaching(registry, f"read the runs of the study's run {study_run_id}") as client:
        return _children(client, study_run_id, name)


def log_training_runs(
    registry: Registry, study_run_id: str, records: Sequence[TrainingRecord], known: Children | None = None
) -> list[str]:
    """As `log_training_run`, of several trainings: the children's ids, in their order.

    `known`: the study's children, if they were read since the study began; else they are read now.
    """
    if not records:
        return []
    named = f"the run '{records[0].run_name}'" + (f" and {len(records) - 1} more" if len(records) > 1 else "")
    with reaching(registry, f"log {named}") as client:
        there = known or _children(client, study_run_id, records[0].run_name if len(records) == 1 else None)
        told = [replace(record, tags={**record.tags, **there.tags}) for record in records]
        # A file has one writer at a time; to a server, each call is mostly waiting.
        with ThreadPoolExecutor(1 if sqlite_file(registry.tracking_uri) else SIDE_BY_SIDE) as threads:
            return list(threads.map(lambda record: _logged(client, study_run_id, there, record), told))


def log_metrics(registry: Registry, values: Mapping[str, Mapping[str, float]]) -> None:
    """Add metrics to runs that were logged before, by their ids.

    Raises RegistryUnreachableError, and MtlError when MLflow refuses a value.
    """
    with reaching(registry, f"log metrics of {len(values)} runs") as client:
        for run_id, metrics in values.items():
            log_values(client, run_id, {}, finals(metrics, time.time()))


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
        log_values(client, study_run_id, {}, finals(metrics or {}, now), tags)
        upload(client, study_run_id, artifacts)
        client.set_terminated(study_run_id, _STATUSES[status], milliseconds(now))


def _experiment(client: MlflowClient, registry: Registry, name: str) -> str:
    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return client.create_experiment(name, registry.artifact_location(name), KIND)
        except MlflowException as failure:
            if failure.error_code != EXISTS:
                raise
            return _experiment(client, registry, name)  # another process was first
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _unfinished_study(client: MlflowClient, experiment: str, key: str) -> str | None:
    same = f"tags.`{KEY_TAG}` = {quoted(key)} AND attributes.status = 'RUNNING'"
    runs = client.search_runs([experiment], same, max_results=1)
    return str(runs[0].info.run_id) if runs else None


def _logged(client: MlflowClient, parent: str, there: Children, record: TrainingRecord) -> str:
    """The child of a training, written unless it is known; one of another status was left by a killed attempt."""
    for run in there.by_name.get(record.run_name, ()):
        if run.info.status == _STATUSES[record.status]:
            return str(run.info.run_id)
        client.delete_run(run.info.run_id)
    return _write_training(client, there.experiment, parent, record)


def _children(client: MlflowClient, parent: str, name: str | None) -> Children:
    told = client.get_run(parent)
    attempt = {ATTEMPT_TAG: told.data.tags[ATTEMPT_TAG]} if ATTEMPT_TAG in told.data.tags else {}
    asked = f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{parent}'"
    if name is not None:
        asked += f" AND attributes.run_name = {quoted(name)}"
    found: dict[str, list[Run]] = {}
    token = None
    while True:
        page = client.search_runs([told.info.experiment_id], asked, page_token=token)
        for run in page:
            found.setdefault(str(run.info.run_name), []).append(run)
        token = page.token
        if not token:
            return Children(str(told.info.experiment_id), attempt, found)


def _study_tags(study: StudyRecord) -> dict[str, str]:
    key = {KEY_TAG: study.key} if study.key else {}
    return {**study.tags, **key, "data.digest": study.data.digest, "level": "study"}


def _write_training(client: MlflowClient, experiment: str, parent: str, record: TrainingRecord) -> str:
    seed = "none" if record.seed is None else str(record.seed)
    tags = {"level": "training", "subject": record.subject, "seed": seed, **record.tags}
    started = record.started or time.time()
    ended = record.ended or time.time()
    run = client.create_run(
        experiment,
        start_time=milliseconds(started),
        tags={**tags, MLFLOW_PARENT_RUN_ID: parent},
        run_name=record.run_name,
    )
    run_id = str(run.info.run_id)
    epochs = max((len(values) for values in record.history.values()), default=0)
    metrics = [*curves(record.history, started, ended), *finals(record.final, ended, epochs)]
    log_values(client, run_id, record.params, metrics)
    if record.artifacts is not None:
        client.log_artifacts(run_id, str(record.artifacts))
    client.set_terminated(run_id, _STATUSES[record.status], milliseconds(ended))
    return run_id
