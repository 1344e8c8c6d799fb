"""How fast a network trains on this machine: a few batches of its own rows, timed, from which an epoch follows."""

import time

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from mtl.data.prepared import Side
from mtl.models.shape import NetworkShape
from mtl.training.fit import Budget, fit
from mtl.training.plans import RunPlan

BATCHES = 6
"""That are trained: enough for a step to be known to a few parts in ten, few enough not to be waited for."""

EPOCHS = (1, 1, 3)
"""Of the trainings: the first imports what is imported once, and what the last takes longer is training alone."""

FEWEST_ROWS = 50
"""Of a side, so that each task has a label there more often than not."""


def seconds_per_epoch(plan: RunPlan) -> float | None:
    """CPU seconds of one epoch of a run, in one thread, as a short training of a part of its rows tells.

    Nothing is stored. None where so few rows train nothing, as of a task that has hardly a label.
    """
    positions = [position for position, task in enumerate(plan.prepared.tasks) if task.name in plan.tasks]
    tasks = tuple(plan.prepared.tasks[position] for position in positions)
    whole = [plan.prepared.side(name).of_tasks(positions) for name in ("train", "validation")]
    share = min(1.0, max(BATCHES * plan.training.batch_size, FEWEST_ROWS) / max(len(whole[0]), 1))
    train, validation = (_part(side, share) for side in whole)
    shape = NetworkShape.of(plan.prepared.transforms, plan.model, tasks, plan.sharing)
    with threadpool_limits(1):
        torch.set_num_threads(1)
        spent = []
        for epochs in EPOCHS:
            budget = Budget(shape, plan.training.model_copy(update={"epochs": epochs}), plan.name.seed or 0)
            clock = time.process_time()
            if fit(tasks, plan.scheme, train, validation, budget).epochs < epochs:
                return None
            spent.append(time.process_time() - clock)
    return max(spent[-1] - spent[-2], 0.0) / (EPOCHS[-1] - EPOCHS[-2]) * len(whole[0]) / len(train)


def _part(side: Side, share: float) -> Side:
    """Rows of a side, evenly from all."""
    count = min(len(side), max(round(share * len(side)), FEWEST_ROWS))
    rows = np.unique(np.linspace(0, len(side) - 1, count).astype(np.int64))
    weights = None if side.weights is None else side.weights[rows]
    return Side(side.inputs.rows(rows), side.labels[rows], side.units[rows], side.rows[rows], weights)
