"""A run's fit: from its plan to what it leaves on disk."""

import time
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from threadpoolctl import threadpool_limits

from mtl.data.prepared import Side
from mtl.errors import PretrainingFailedError
from mtl.evaluation.metric import score_all
from mtl.models.cost import cost_of
from mtl.models.predictions import predictions_of
from mtl.models.shape import NetworkShape
from mtl.storage import whole_folder, write_json
from mtl.tasks.task import Task
from mtl.training.fit import Budget, Weights, fit
from mtl.training.plans import RunPlan
from mtl.training.results import TASK, RunResult

HEADS = "heads."
"""How the names of the heads' weights begin."""


def fit_run(plan: RunPlan) -> RunResult:
    """Fit a run and store what it leaves, unless an earlier fit of the same plan did; in one thread.

    A run that diverges is stored as failed, with its last finite weights: the same plan would diverge again. The run
    that it starts from is fitted first, unless that was done.

    Raises:
        PretrainingFailedError: the run that it starts from failed; nothing is stored.
    """
    if plan.result is None:
        initial = _pretrained_weights(plan.pretrained) if plan.pretrained else None
        with threadpool_limits(1):
            torch.set_num_threads(1)
            _fit_and_store(plan, initial)
    return RunResult.read(plan.folder)


def _pretrained_weights(source: RunPlan) -> Weights:
    """What another run starts from: all kept weights but the heads, which belong to a task."""
    result = fit_run(source)
    if result.status == "failed":
        raise PretrainingFailedError(f"the run that it starts from, {source.name}, failed: {result.reason}")
    return {name: weight for name, weight in result.weights.items() if not name.startswith(HEADS)}


def _fit_and_store(plan: RunPlan, initial: Weights | None) -> None:
    started, clock = time.time(), time.perf_counter()
    positions = [position for position, task in enumerate(plan.prepared.tasks) if task.name in plan.tasks]
    tasks = tuple(plan.prepared.tasks[position] for position in positions)
    train, validation = (plan.prepared.side(side).of_tasks(positions) for side in ("train", "validation"))
    shape = NetworkShape.of(plan.prepared.transforms, plan.model, tasks, plan.sharing)
    budget = Budget(shape, plan.training, plan.name.seed)
    fitted = fit(tasks, plan.scheme, train, validation, budget, plan.checkpoint, initial)
    predicting = time.perf_counter()
    predictions = predictions_of(fitted.network, tasks, validation.inputs)
    predicted = time.perf_counter() - predicting
    described = {
        "status": "failed" if fitted.failure else "finished",
        "reason": fitted.failure or "",
        "seconds": time.perf_counter() - clock,
        "started": started,
        "epochs": fitted.epochs,
        "best_epoch": fitted.best_epoch,
        "converged": fitted.converged,
        **asdict(cost_of(fitted.network)),
        "milliseconds_per_1000_rows": 1e6 * predicted / max(len(validation), 1),
        "scores": {task.name: _scores(task, k, validation, predictions) for k, task in enumerate(tasks)},
    }
    named = {TASK + name: array for name, array in predictions.items()}
    with whole_folder(plan.folder) as partial:
        save_file(fitted.network.state_dict(), partial / "weights.safetensors")
        write_json(partial / "history.json", fitted.history)
        np.savez(partial / "validation.npz", **named)  # type: ignore[arg-type]  # arrays by name
        write_json(partial / "result.json", described)
    plan.checkpoint.unlink(missing_ok=True)


def _scores(task: Task, k: int, side: Side, predictions: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    observed = ~np.isnan(side.labels[:, k])
    return score_all(task.kind, side.labels[observed, k], predictions[task.name][observed])
