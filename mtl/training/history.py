"""What a run leaves behind of every epoch, under names that are the same for every scheme and baseline."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from mtl.training.step import StepResult
from mtl.weighting.scheme import FloatArray

History = dict[str, list[float]]
"""`loss/<task>`, `weight/<task>`, `cosine/<task>/<task>`, `validation/<task>/loss`, `validation/<task>/<metric>`."""


class EpochMeans:
    """Means over the steps of one epoch, each over the steps in which the task was present."""

    def __init__(self, num_tasks: int) -> None:
        self._losses, self._weights = np.zeros(num_tasks), np.zeros(num_tasks)
        self._steps = np.zeros(num_tasks)
        self._cosines, self._pairs = np.zeros((num_tasks, num_tasks)), np.zeros((num_tasks, num_tasks))

    def add(self, result: StepResult) -> None:
        """Take in one step."""
        present = ~np.isnan(result.losses)
        self._losses += np.where(present, result.losses, 0.0)
        self._weights += result.weights
        self._steps += present
        if result.gramian is not None:
            cosines = gradient_cosines(result.gramian)
            known = ~np.isnan(cosines)
            self._cosines += np.where(known, cosines, 0.0)
            self._pairs += known

    def append_to(self, history: History, tasks: Sequence[str]) -> None:
        """Append this epoch's means; NaN for what was never present."""
        with np.errstate(invalid="ignore"):
            losses, weights = self._losses / self._steps, self._weights / self._steps
            cosines = self._cosines / self._pairs
        for k, task in enumerate(tasks):
            history.setdefault(f"loss/{task}", []).append(float(losses[k]))
            history.setdefault(f"weight/{task}", []).append(float(weights[k]))
        for i, j in combinations(range(len(tasks)), 2):
            history.setdefault(f"cosine/{tasks[i]}/{tasks[j]}", []).append(float(cosines[i, j]))


def gradient_cosines(gramian: FloatArray) -> FloatArray:
    """Cosines between task gradients, [K, K]; NaN where a gradient is zero."""
    norms = np.sqrt(np.diag(gramian))
    with np.errstate(invalid="ignore", divide="ignore"):
        cosines: FloatArray = gramian / np.outer(norms, norms)
    return np.where(np.isfinite(cosines), np.clip(cosines, -1.0, 1.0), np.nan)
