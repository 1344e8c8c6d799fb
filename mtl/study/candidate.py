"""The candidate as a model bundle, and the predictions that its registered copy must reproduce."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from mtl.data.frame import Frame
from mtl.errors import MtlError
from mtl.models.shape import NetworkShape
from mtl.serving.bundle import load_bundle, to_answer, write_bundle
from mtl.spec import Spec
from mtl.study.choices import FittedRun, gated_tasks
from mtl.study.locked_test import predict_test, rows_of_test

EXAMPLE_ROWS = 3
VERIFIED_ROWS = 500
"""Rows that a registered copy must reproduce: enough to touch every part of the network, few enough to be quick."""


def bundle_candidate(spec: Spec, run: FittedRun, frame: Frame, folder: Path) -> Path:
    """Write the bundle of a run below `folder`, under the run's key; the run's own numbers travel with it."""
    prepared, target = run.plan.prepared, folder / run.plan.key
    tasks = tuple(task for task in prepared.tasks if task.name in run.plan.tasks)
    shape = NetworkShape.of(prepared.transforms, run.plan.model, tasks, run.plan.sharing)
    example = frame.read(spec.features.columns).iloc[prepared.side("train").rows[:EXAMPLE_ROWS]]
    write_bundle(target, tasks, prepared.transforms, shape, run.result.weights, example)
    return target


@contextmanager
def expected_files(spec: Spec, run: FittedRun, frame: Frame) -> Iterator[tuple[Path, Path]]:
    """Two parquet files: the first rows of the test side, and the answer that was evaluated there."""
    rows = rows_of_test(run.plan.prepared, frame)[list(spec.features.columns)].head(VERIFIED_ROWS)
    predictions = {task: values[: len(rows)] for task, values in predict_test(run).items()}
    with TemporaryDirectory(prefix="mtl-expected-") as folder:
        files = Path(folder, "rows.parquet"), Path(folder, "expected.parquet")
        rows.to_parquet(files[0])
        to_answer(gated_tasks(run.plan.prepared), predictions).to_parquet(files[1])
        yield files


def check_example(folder: Path) -> None:
    """Let a bundle predict its own example rows.

    Raises:
        MtlError: it holds no readable bundle, or a prediction is not finite.
    """
    bundle = load_bundle(folder)
    answer = bundle.predict(bundle.example).select_dtypes("number").to_numpy(dtype=np.float64)
    if not (answer.size and np.isfinite(answer).all()):
        raise MtlError(f"the model at '{folder}' does not predict finite values for its own example rows")
