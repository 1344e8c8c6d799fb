"""A baseline's fit: from its plan to what it leaves on disk, and what that predicts later.

What was fitted is kept by pickle, which executes what it reads. It is read only from the folder that this program wrote
itself, in its own home, under the digest of the code that is about to run: whoever could change it could change the
program. Where hosts share a store, whoever writes to that can change it, too. It is neither registered nor served.
"""

import pickle
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mtl.baselines.baseline import LabelledRows, Predictor, Problem
from mtl.baselines.design.design_rows import design_rows, raw_rows
from mtl.baselines.method_plan import MethodPlan
from mtl.data.prepared import Side
from mtl.data.stored_table import AnyTable
from mtl.errors import DataError
from mtl.evaluation.scores import scores_of
from mtl.manifest import kept_folder
from mtl.storage import write_json
from mtl.tasks.kind import kind_named
from mtl.tasks.task import Task
from mtl.training.results import HISTORY, RESULT, RunResult, write_predictions

MODEL = "model.pickle"

MOST_ROWS = 1_000_000
"""Rows that a model is fitted to, and rows by which it is chosen; of more, a uniform sample of so many."""

CHUNK = 1 << 20
"""Rows that are predicted at a time."""


def fit_method(plan: MethodPlan) -> RunResult:
    """Fit a baseline and store what it leaves, unless an earlier fit of the same plan did; in one thread.

    A fit that its library refuses is stored as failed: the same plan would fail again.
    """
    if plan.result is None:
        with threadpool_limits(1):
            _fit_and_store(plan)
    return RunResult.read(plan.folder)


def predict_method(plan: MethodPlan, side: Side, table: pd.DataFrame | None = None) -> NDArray[np.float64]:
    """What a fitted baseline predicts for every row of a side, shaped as predictions of its task's kind are.

    `table`: the raw rows that the side's positions count in, where these are not the plan's own.
    """
    with (plan.folder / MODEL).open("rb") as file:
        predictor: Predictor = pickle.load(file)
    raw = raw_rows(plan.frame, plan.columns) if table is None else table[list(plan.columns)]
    return _predicted(plan, predictor, side, raw)[0]


def _predicted(plan: MethodPlan, predictor: Predictor, side: Side, raw: AnyTable) -> tuple[NDArray[np.float64], float]:
    """For every row of a side, and the seconds that it took, some rows at a time: the design of all may be large."""
    parts, seconds = [], 0.0
    for start in range(0, max(len(side), 1), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(side)))
        design = design_rows(plan.prepared.transforms, side, raw, rows)
        clock = time.perf_counter()
        parts.append(predictor.predict(design))
        seconds += time.perf_counter() - clock
    return shaped(_task(plan)[1], np.concatenate(parts)), seconds


def _fit_and_store(plan: MethodPlan) -> None:
    started, clock = time.time(), time.perf_counter()
    raw = raw_rows(plan.frame, plan.columns)
    found: dict[str, Any] = {"started": started, **_NOTHING}
    with kept_folder(plan.folder) as partial:
        try:
            problem, labelled = _problem(plan, raw)
            predictor = plan.method.fit(problem)
            found |= _kept(partial, predictor) | {"fitted_rows": len(problem.train.labels), "labelled_rows": labelled}
            found |= _judged(partial, plan, predictor, raw)
        except (DataError, ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
            found |= {"status": "failed", "reason": " ".join(str(error).split())}
            write_predictions(partial, {})
        write_json(partial / HISTORY, {})
        write_json(partial / RESULT, {**found, "seconds": time.perf_counter() - clock})


_NOTHING = {
    "status": "finished",
    "reason": "",
    "not_converged": "",
    "epochs": 0,
    "best_epoch": -1,
    "parameters": 0,
    "bytes": 0,
    "multiply_adds": 0,
    "milliseconds_per_1000_rows": 0.0,
    "scores": {},
}


def _problem(plan: MethodPlan, raw: AnyTable) -> tuple[Problem, int]:
    """What is to be learned, and how many rows of training have a label, of which at most `MOST_ROWS` are fitted."""
    position, task = _task(plan)
    train, validation = (plan.prepared.side(name) for name in ("train", "validation"))
    observed = {name: _observed(side, position) for name, side in (("train", train), ("validation", validation))}
    for name, rows in observed.items():
        if not len(rows):
            raise DataError(f"the {name} side has no label of {task.name}")
    seed = plan.name.seed or 0
    drawn = {name: sampled(rows, seed) for name, rows in observed.items()}
    fitted, chosen_by = (
        LabelledRows(design_rows(plan.prepared.transforms, side, raw, rows), side.labels[rows, position])
        for side, rows in zip((train, validation), drawn.values(), strict=True)
    )
    if train.weights is not None:
        fitted = replace(fitted, weights=train.weights[drawn["train"]])
    classes = kind_named(task.kind).num_classes(task.classes)
    return Problem(classes, fitted, chosen_by, seed), len(observed["train"])


def _observed(side: Side, position: int) -> NDArray[np.int64]:
    return np.flatnonzero(~np.isnan(side.labels[:, position]))


def sampled(rows: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """At most `MOST_ROWS` of some rows, in their order, each as likely as any other."""
    if len(rows) <= MOST_ROWS:
        return rows
    drawn: NDArray[np.int64] = np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False)
    return np.sort(drawn)


def _kept(folder: Path, predictor: Predictor) -> dict[str, Any]:
    (folder / MODEL).write_bytes(pickle.dumps(predictor))
    return {
        "not_converged": predictor.not_converged,
        "epochs": predictor.rounds,
        "best_epoch": predictor.rounds - 1,
        "parameters": predictor.parameters,
        "bytes": (folder / MODEL).stat().st_size,
    }


def _judged(folder: Path, plan: MethodPlan, predictor: Predictor, raw: AnyTable) -> dict[str, Any]:
    (position, task), side = _task(plan), plan.prepared.side("validation")
    predictions, seconds = _predicted(plan, predictor, side, raw)
    if not np.isfinite(predictions).all():
        raise DataError("a prediction is NaN or infinite")
    write_predictions(folder, {task.name: predictions})
    return {
        "milliseconds_per_1000_rows": 1e6 * seconds / len(side),
        "scores": {task.name: scores_of(task.kind, task.classes, side.labels[:, position], predictions)},
    }


def _task(plan: MethodPlan) -> tuple[int, Task]:
    """The position of the plan's task among the columns of labels, and the task."""
    return next((k, task) for k, task in enumerate(plan.prepared.tasks) if task.name == plan.task)


def shaped(task: Task, predicted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Predictions as the kind shapes them: of two classes the probability of the second alone."""
    shape = kind_named(task.kind).prediction_shape(len(predicted), task.classes)
    return predicted[:, -1] if len(shape) == 1 and predicted.ndim == 2 else predicted.reshape(shape)
