"""By how much a champion is worse than an opponent on single rows, clipped: what is bet on.

Classes are judged by the Brier score of a row, half the squared distance between the probabilities and what came, a
proper loss; numbers by their squared error, or the absolute one where the task's metric is `mae`. A difference of two
losses is clipped at a bound on either side, which is fixed at promotion: the 99th percentile of the absolute
differences on the test side. So what is watched is the mean of clipped differences. A row counts for the bound at most:
a champion that becomes worse only by how far its hundredth worst rows are off is not found out; one that is that far
off more often is. Two models that are alike have a narrow bound, and small harm is found the sooner.
"""

import numpy as np
from numpy.typing import NDArray

from mtl.evaluation.truth import FloatArray, TaskTruth

KEPT = 0.99
"""Share of the differences at promotion that the bound leaves as they are."""

LEAST = 1e-9
"""A bound, of two models that predict the same."""


def raw_differences(truth: TaskTruth, champion: NDArray[np.floating], opponent: NDArray[np.floating]) -> FloatArray:
    """Loss of the champion − loss of the opponent, [n]: positive where the champion is worse.

    Infinite where one prediction alone is not finite, or is too far off to be squared; 0 where both are.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        ours, theirs = (np.nan_to_num(_losses(truth, each), nan=np.inf) for each in (champion, opponent))
        return np.nan_to_num(ours - theirs, nan=0.0, posinf=np.inf, neginf=-np.inf)


def difference_bound(differences: FloatArray) -> float:
    """B: what clips differences, from those at promotion, [n], n ≥ 1."""
    finite = np.nan_to_num(np.abs(differences), posinf=float(np.finfo(np.float32).max))
    return max(float(np.quantile(finite, KEPT)), LEAST)


def clipped(differences: FloatArray, bound: float) -> FloatArray:
    """The differences in [−B, B]."""
    return differences.clip(-bound, bound)


def _losses(truth: TaskTruth, predictions: NDArray[np.floating]) -> FloatArray:
    found = truth.aligned(predictions)
    if not truth.num_classes:
        errors = np.abs(found - truth.labels)
        return errors if truth.metric == "mae" else errors**2
    shares = np.stack([1.0 - found, found], axis=1) if found.ndim == 1 else found
    came = np.eye(truth.num_classes)[truth.labels.astype(int)]
    brier: FloatArray = 0.5 * ((shares - came) ** 2).sum(axis=1)
    return brier
