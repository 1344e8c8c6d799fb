"""Metrics that rank the rows of a binary task, for many resamples from one sort.

A resample changes how often a row counts, not where it stands. Positives and negatives are sorted once; a resample
then needs cumulative sums of counts alone. Counts are whole numbers, so the sums are exact, and ties are treated
exactly as scikit-learn treats them.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import final

import numpy as np
from typing_extensions import override

from mtl.evaluation.metric import Metric, Rescore
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


class RankingMetric(Metric):
    """A metric of how the scores of a binary task rank its rows."""

    @abstractmethod
    def of_ranking(self, ranking: Ranking, counts: FloatArray) -> FloatArray:
        """The metric of each resample, [B]; NaN where it holds one class only.

        Args:
            ranking: the sorted rows.
            counts: shape [U, B], how often resample b takes unit u.
        """

    @final
    @override
    def rescorer(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> Rescore:
        ranking = rank(labels, predictions, unit)
        return lambda counts: self.of_ranking(ranking, np.ascontiguousarray(counts.T))

    @final
    @override
    def numbers_per_resample(self, rows: int, units: int) -> int:
        return rows


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


def cumulated(counts: FloatArray) -> FloatArray:
    """Cumulative sums down the rows, from zero: [N + 1, B]."""
    sums = np.zeros((len(counts) + 1, counts.shape[1]))
    np.cumsum(counts, axis=0, out=sums[1:])
    return sums
