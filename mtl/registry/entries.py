"""What a run holds, in MLflow's words and in as few calls as it allows."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, zip_longest
from typing import TypeVar

from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.utils.mlflow_tags import MLFLOW_DATASET_CONTEXT

from mtl.registry.records import Artifact, DataRecord, Scalar

T = TypeVar("T")

METRICS_PER_CALL = 800
PARAMS_PER_CALL = 100
"""Metrics, parameters and tags of a call. MLflow's limits are 1000, 100 and 100, and 1000 of all together."""

DIGEST_LENGTH = 36
"""Characters; MLflow's limit."""


def curves(history: Mapping[str, Sequence[float]], started: float, ended: float) -> Iterable[Metric]:
    """One metric per epoch, spread evenly over the run's time so that MLflow's axis of wall time means something."""
    for name, values in history.items():
        pace = (ended - started) / max(len(values), 1)
        for epoch, value in enumerate(values):
            if not math.isnan(value):
                yield Metric(name, float(value), milliseconds(started + pace * (epoch + 1)), epoch)


def finals(values: Mapping[str, float], at: float, step: int = 0) -> list[Metric]:
    """One metric per name, at a time in seconds since 1970 and a step."""
    return [Metric(name, float(value), milliseconds(at), step) for name, value in values.items()]


def log_values(
    client: MlflowClient,
    run_id: str,
    params: Mapping[str, Scalar],
    metrics: Iterable[Metric],
    tags: Mapping[str, str] | None = None,
) -> None:
    """In as few calls as MLflow's limits allow: a call costs 4 ms on SQLite and 100 ms to a server."""
    of_metrics, of_params = _chunks(metrics, METRICS_PER_CALL), _chunks(params.items(), PARAMS_PER_CALL)
    of_tags = _chunks((tags or {}).items(), PARAMS_PER_CALL)
    for some_metrics, some_params, some_tags in zip_longest(of_metrics, of_params, of_tags, fillvalue=()):
        client.log_batch(
            run_id,
            metrics=some_metrics,
            params=[Param(name, str(value)) for name, value in some_params],
            tags=[RunTag(name, value) for name, value in some_tags],
        )


def _chunks(values: Iterable[T], size: int) -> Iterable[list[T]]:
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def quoted(value: str) -> str:
    """A value in MLflow's search language, which has no escapes."""
    return f'"{value}"' if "'" in value else f"'{value}'"


def dataset(data: DataRecord) -> DatasetInput:
    """MLflow's own digest reads 10,000 rows only: the data's is given, cut to what MLflow keeps."""
    dataset = Dataset(
        name=data.name,
        digest=data.digest[:DIGEST_LENGTH],
        source_type="local",
        source=data.source,
        profile=f'{{"num_rows": {data.rows}, "num_columns": {len(data.columns)}}}',
    )
    return DatasetInput(dataset, [InputTag(MLFLOW_DATASET_CONTEXT, "training")])


def upload(client: MlflowClient, run_id: str, artifacts: Sequence[Artifact]) -> None:
    """Store files and folders in a run."""
    for artifact in artifacts:
        send = client.log_artifacts if artifact.path.is_dir() else client.log_artifact
        send(run_id, str(artifact.path), artifact.folder or None)


def milliseconds(seconds: float) -> int:
    """MLflow counts time in milliseconds since 1970."""
    return int(seconds * 1000)
