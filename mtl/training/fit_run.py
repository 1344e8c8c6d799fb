"""A run's fit: from its plan to what it leaves on disk."""

import time
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file
from threadpoolctl import threadpool_limits

from mtl.errors import PretrainingFailedError
from mtl.evaluation.scores import scores_of
from mtl.manifest import kept_folder
from mtl.models.cost import cost_of
from mtl.models.predictions import predictions_of
from mtl.models.shape import NetworkShape
from mtl.storage import write_json
from mtl.training.bar import NO_BAR, Bar, is_rung
from mtl.training.fit import Budget, TrainedNetwork, Weights, fit
from mtl.training.plans import RunPlan
from mtl.training.results import HISTORY, RESULT, WEIGHTS, RunResult, write_predictions

HEADS = "heads."
"""How the names of the heads' weights begin."""


def fit_run(plan: RunPlan, bar: Bar = NO_BAR) -> RunResult:
    """Fit a run and store what it leaves, unless an earlier fit of the same plan did; in one thread.

    A run that diverges is stored as failed, with its last finite weights: the same plan would diverge again. One that
    falls behind `bar` is stored as pruned, in a place of its own; one that stops at a rung can go on from there. The
    run that it starts from is fitted first, unless that was done.

    Raises:
        PretrainingFailedError: the run that it starts from failed; nothing is stored.
    """
    known = plan.result or plan.pruned_by(bar).result
    if known is not None:
        return known
    initial = _pretrained_weights(plan.pretrained) if plan.pretrained else None
    with threadpool_limits(1):
        torch.set_num_threads(1)
        return RunResult.read(_fit_and_store(plan, bar, initial))


def _pretrained_weights(source: RunPlan) -> Weights:
    """What another run starts from: all kept weights but the heads, which belong to a task."""
    result = fit_run(source)
    if result.status == "failed":
        raise PretrainingFailedError(f"the run that it starts from, {source.name}, failed: {result.reason}")
    return {name: weight for name, weight in result.weights.items() if not name.startswith(HEADS)}


def _fit_and_store(plan: RunPlan, bar: Bar, initial: Weights | None) -> Path:
    """The folder of what it left."""
    started, clock = time.time(), time.perf_counter()
    positions = [position for position, task in enumerate(plan.prepared.tasks) if task.name in plan.tasks]
    tasks = tuple(plan.prepared.tasks[position] for position in positions)
    train, validation = (plan.prepared.side(side).of_tasks(positions) for side in ("train", "validation"))
    shape = NetworkShape.of(plan.prepared.transforms, plan.model, tasks, plan.sharing)
    assert plan.name.seed is not None, "a network has a seed"
    budget, apart = Budget(shape, plan.training, plan.name.seed, bar), plan.pruned_by(bar)
    fitted = fit(tasks, plan.scheme, train, validation, budget, apart.checkpoint, initial)
    predicting = time.perf_counter()
    predictions = predictions_of(fitted.network, tasks, validation.inputs)
    predicted = time.perf_counter() - predicting
    described = {
        **_ending(fitted, plan.training.epochs, bar),
        "seconds": fitted.seconds_before + time.perf_counter() - clock,
        "started": started - fitted.seconds_before,
        "epochs": fitted.epochs,
        "best_epoch": fitted.best_epoch,
        **asdict(cost_of(fitted.network)),
        "milliseconds_per_1000_rows": 1e6 * predicted / max(len(validation), 1),
        "scores": {
            task.name: scores_of(task.kind, task.classes, validation.labels[:, k], predictions[task.name])
            for k, task in enumerate(tasks)
        },
    }
    folder = apart.folder if fitted.pruned else plan.folder
    with kept_folder(folder) as partial:
        save_file(fitted.network.state_dict(), partial / WEIGHTS)
        write_json(partial / HISTORY, fitted.history)
        write_predictions(partial, predictions)
        write_json(partial / RESULT, {**described, "bytes": (partial / WEIGHTS).stat().st_size})
    if not (fitted.pruned and is_rung(bar)):
        apart.checkpoint.unlink(missing_ok=True)
    return folder


def _ending(fitted: TrainedNetwork, cap: int, bar: Bar) -> dict[str, str]:
    """A run that the cap on epochs ended might have become better with more of them, as one that was pruned might."""
    why = "where approaches are compared" if is_rung(bar) else "behind the median of the trials before it"
    stopped = f"stopped after {fitted.epochs} epochs, {why}"
    capped = f"validation had not stood still by the last of the {cap} that training.epochs allows; raise it"
    if fitted.pruned:
        return {"status": "pruned", "reason": stopped, "not_converged": stopped}
    status, reason = ("failed", fitted.failure) if fitted.failure else ("finished", "")
    return {"status": status, "reason": reason, "not_converged": "" if fitted.converged else capped}
