"""Ranking metrics of many resamples from one sort.

A resample changes how often a row counts, not where it stands. Positives and negatives are sorted once; a resample
then needs cumulative sums of counts alone. Counts are whole numbers, so the sums are exact, and ties are treated
exactly as scikit-learn treats them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mtl.evaluation.truth import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Ranking:
    """Rows of a binary task in order of falling score.

    Attributes:
        positives: unit index of the P positive rows, highest score first, shape [P].
        negatives: unit index of the N negative rows, highest score first, shape [N].
        above: for each positive, the number of negatives with a higher score, shape [P].
        reached: for each positive, the number of negatives with a score at least as high, shape [P].
        last: for each positive, the index of the last positive of the same score, shape [P].
    """

    positives: IntArray
    negatives: IntArray
    above: IntArray
    reached: IntArray
    last: IntArray


def rank(labels: FloatArray, predictions: FloatArray, unit: IntArray) -> Ranking:
    """Sort once. Arguments are shaped [n]; units are indices in 0..U−1."""
    order = np.argsort(-predictions, kind="stable")
    positive = labels[order] == 1
    positives, negatives = order[positive], order[~positive]
    scores, others = -predictions[positives], -predictions[negatives]
    return Ranking(
        positives=unit[positives],
        negatives=unit[negatives],
        above=np.searchsorted(others, scores, side="left"),
        reached=np.searchsorted(others, scores, side="right"),
        last=np.searchsorted(scores, scores, side="right") - 1,
    )


def roc_auc(ranking: Ranking, counts: FloatArray) -> FloatArray:
    """The area under the ROC curve of each resample: the share of pairs ranked rightly, a tie counting one half.

    Args:
        ranking: the sorted rows.
        counts: shape [U, B], how often resample b takes unit u.

    Returns:
        Shape [B]; NaN where a resample holds one class only.
    """
    positives, cumulated = counts[ranking.positives], _cumulated(counts[ranking.negatives])
    beaten_by = cumulated[ranking.above]
    if (ranking.above != ranking.reached).any():
        beaten_by = (beaten_by + cumulated[ranking.reached]) / 2.0
    total = positives.sum(axis=0)
    wrong: FloatArray = np.einsum("pb,pb->b", positives, beaten_by)
    pairs: FloatArray = total * cumulated[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1.0 - wrong / pairs


def average_precision(ranking: Ranking, counts: FloatArray) -> FloatArray:
    """The average precision of each resample: the mean, over positives, of the precision at their score.

    Arguments and result as of `roc_auc`.
    """
    positives, negatives = counts[ranking.positives], _cumulated(counts[ranking.negatives])
    found = np.cumsum(positives, axis=0)
    total = np.where(negatives[-1] > 0, positives.sum(axis=0), np.nan)
    found = found if (ranking.last == np.arange(len(found))).all() else found[ranking.last]
    retrieved = np.maximum(found + negatives[ranking.reached], 1.0)  # nothing retrieved: nothing found either
    precisions: FloatArray = np.einsum("pb,pb->b", positives, found / retrieved)
    with np.errstate(divide="ignore", invalid="ignore"):
        return precisions / total


def _cumulated(counts: FloatArray) -> FloatArray:
    """Cumulative sums down the rows, from zero: [N + 1, B]."""
    sums = np.zeros((len(counts) + 1, counts.shape[1]))
    np.cumsum(counts, axis=0, out=sums[1:])
    return sums


RANKING: dict[str, Callable[[Ranking, FloatArray], FloatArray]] = {
    "roc_auc": roc_auc,
    "average_precision": average_precision,
}
"""Every metric of the catalog that ranks rows."""
