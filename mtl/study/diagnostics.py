"""What training left behind of the candidate and its baselines, as the explanations of a rejection read it."""

from itertools import combinations

import numpy as np

from mtl.data.prepared import Prepared
from mtl.evaluation.truth import FloatArray
from mtl.promotion.likely_causes import Diagnostics, explain
from mtl.study.choices import Selection, gated_tasks
from mtl.study.deciding import Decided
from mtl.training.history import History


def likely_causes(prepared: Prepared, selection: Selection, decided: Decided) -> tuple[str, ...]:
    """A sentence for each cause that the numbers show of a task that is not better; none after a promotion."""
    return explain(decided.decision, decided.comparison, diagnose(prepared, selection))


def diagnose(prepared: Prepared, selection: Selection) -> Diagnostics:
    """The diagnostics of the gated tasks; NaN where a run is missing."""
    tasks = tuple(task.name for task in gated_tasks(prepared))
    candidate = selection.candidate
    labels = prepared.side("train").labels
    positions = [position for position, task in enumerate(prepared.tasks) if not task.auxiliary]
    return Diagnostics(
        tasks,
        mean_of_known(cosines_by_epoch(candidate.result.history, tasks), axis=0) if candidate else _unknown(len(tasks)),
        (~np.isnan(labels[:, positions])).sum(axis=0),
        candidate.result.not_converged if candidate else "",
    )


def cosines_by_epoch(history: History, tasks: tuple[str, ...]) -> FloatArray:
    """Mean cosines of the task gradients, [epochs, K, K]; NaN where unknown, 1 on the diagonal."""
    epochs = max((len(values) for values in history.values()), default=0)
    cosines = np.full((epochs, len(tasks), len(tasks)), np.nan)
    cosines[:, range(len(tasks)), range(len(tasks))] = 1.0
    for i, j in combinations(range(len(tasks)), 2):
        pair = history.get(f"cosine/{tasks[i]}/{tasks[j]}") or history.get(f"cosine/{tasks[j]}/{tasks[i]}")
        if pair:
            cosines[: len(pair), i, j] = cosines[: len(pair), j, i] = pair
    return cosines


def weights_by_epoch(history: History, tasks: tuple[str, ...]) -> FloatArray:
    """Mean weights of the tasks, [epochs, K]."""
    return np.array([history[f"weight/{task}"] for task in tasks], dtype=np.float64).T


def mean_of_known(values: FloatArray, axis: int) -> FloatArray:
    """The mean along an axis of what is finite; NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    total: FloatArray = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _unknown(num_tasks: int) -> FloatArray:
    return np.full((num_tasks, num_tasks), np.nan)
