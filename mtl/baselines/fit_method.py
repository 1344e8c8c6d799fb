"""A baseline's fit: from its plan to what it leaves on disk, and what that predicts later.

What was fitted is kept by pickle, which executes what it reads. It is read only from the folder that this program wrote
itself, in its own home, under the digest of the code that is about to run: whoever could change it could change the
program. It is neither registered nor served.
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
from mtl.baselines.design.design_rows import DesignRows, design_rows, raw_rows
from mtl.baselines.method_plan import MethodPlan
from mtl.data.prepared import Side
from mtl.errors import DataError
from mtl.evaluation.scores import scores_of
from mtl.manifest import kept_folder
from mtl.storage import write_json
from mtl.tasks.kind import kind_named
from mtl.tasks.task import Task
from mtl.training.results import HISTORY, RESULT, RunResult, write_predictions

MODEL = "model.pickle"


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
    raw = raw_rows(plan.frame.path, plan.columns) if table is None else table[list(plan.columns)]
    design = design_rows(plan.prepared.transforms, side, raw)
    return _shaped(_task(plan)[1], predictor.predict(design))


def _fit_and_store(plan: MethodPlan) -> None:
    started, clock = time.time(), time.perf_counter()
    position, task = _task(plan)
    sides = {name: plan.prepared.side(name) for name in ("train", "validation")}
    table = raw_rows(plan.frame.path, plan.columns)
    designs = {name: design_rows(plan.prepared.transforms, side, table) for name, side in sides.items()}
    labels = {name: side.labels[:, position] for name, side in sides.items()}
    found: dict[str, Any] = {"started": started, **_NOTHING}
    with kept_folder(plan.folder) as partial:
        try:
            predictor = plan.method.fit(_problem(plan, task, designs, labels, sides["train"].weights))
            found |= _kept(partial, predictor, seconds=time.perf_counter() - clock)
            found |= _judged(partial, task, predictor, designs["validation"], labels["validation"])
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


def _problem(
    plan: MethodPlan,
    task: Task,
    designs: dict[str, DesignRows],
    labels: dict[str, NDArray[np.float64]],
    weights: NDArray[np.float64] | None,
) -> Problem:
    observed = {name: np.flatnonzero(~np.isnan(column)) for name, column in labels.items()}
    for name, rows in observed.items():
        if not len(rows):
            raise DataError(f"the {name} side has no label of {task.name}")
    train, validation = (LabelledRows(designs[name].rows(rows), labels[name][rows]) for name, rows in observed.items())
    if weights is not None:
        train = replace(train, weights=weights[observed["train"]])
    return Problem(kind_named(task.kind).num_classes(task.classes), train, validation, plan.name.seed or 0)


def _kept(folder: Path, predictor: Predictor, seconds: float) -> dict[str, Any]:
    (folder / MODEL).write_bytes(pickle.dumps(predictor))
    return {
        "not_converged": predictor.not_converged,
        "epochs": predictor.rounds,
        "best_epoch": predictor.rounds - 1,
        "parameters": predictor.parameters,
        "bytes": (folder / MODEL).stat().st_size,
    }


def _judged(
    folder: Path, task: Task, predictor: Predictor, design: DesignRows, labels: NDArray[np.float64]
) -> dict[str, Any]:
    clock = time.perf_counter()
    predictions = _shaped(task, predictor.predict(design))
    milliseconds = 1e3 * (time.perf_counter() - clock)
    if not np.isfinite(predictions).all():
        raise DataError("a prediction is NaN or infinite")
    write_predictions(folder, {task.name: predictions})
    return {
        "milliseconds_per_1000_rows": 1e3 * milliseconds / len(design),
        "scores": {task.name: scores_of(task.kind, task.classes, labels, predictions)},
    }


def _task(plan: MethodPlan) -> tuple[int, Task]:
    """The position of the plan's task among the columns of labels, and the task."""
    return next((k, task) for k, task in enumerate(plan.prepared.tasks) if task.name == plan.task)


def _shaped(task: Task, predicted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Predictions as the kind shapes them: of two classes the probability of the second alone."""
    shape = kind_named(task.kind).prediction_shape(len(predicted), task.classes)
    return predicted[:, -1] if len(shape) == 1 and predicted.ndim == 2 else predicted.reshape(shape)
