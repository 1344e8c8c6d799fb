"""Metrics that rank the rows of a binary task, for many resamples from one sort.

A resample changes how often a row counts, not where it stands. Positives and negatives are sorted once, and negatives
matter only by how many of them stand above each positive: a sparse product counts those between one positive and the
next, and cumulative sums do the rest. Counts are whole numbers, so the sums are exact, and ties are treated exactly as
scikit-learn treats them.

Of large sides, resamples follow from first-order sums over rows. What those leave out shrinks with the number of rows,
and where they are used, it moves no bound of the difference of two models by more than .05 of its standard errors
(tests/mtl/evaluation/bench_resamples.py).
"""

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, final

import numpy as np
from scipy.sparse import csc_matrix, csr_matrix
from typing_extensions import override

from mtl.evaluation.metric import AdditiveForm, Metric, Rescore
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

    @cached_property
    def between_above(self) -> csc_matrix:
        """Units of the negatives between one positive and the next, those of its score after it: sparse [P + 1, U]."""
        return self._between(self.above)

    @cached_property
    def between_reached(self) -> csc_matrix:
        """The same, those of a positive's score before it."""
        return self._between(self.reached)

    def _between(self, ends: IntArray) -> csc_matrix:
        starts = np.concatenate([[0], ends, [len(self.negatives)]])
        units = 1 + max(self.positives.max(initial=0), self.negatives.max(initial=0))
        rows = csr_matrix((np.ones(len(self.negatives)), self.negatives, starts), shape=(len(ends) + 1, units))
        return rows.tocsc()  # reads the counts of each unit once


class RankingMetric(Metric):
    """A metric of how the scores of a binary task rank its rows.

    Attributes:
        exact_below: rows, of those that `averaged` counts, below which resamples are exact: first order errs there.
    """

    exact_below: ClassVar[int]

    @abstractmethod
    def of_ranking(self, ranking: Ranking, counts: FloatArray) -> FloatArray:
        """The metric of each resample, [B]; NaN where it holds one class only.

        Args:
            ranking: the sorted rows.
            counts: shape [U, B], how often resample b takes unit u.
        """

    @abstractmethod
    def first_order(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> AdditiveForm:
        """The metric's first-order expansion in how often each row is taken. Arguments as of `rescorer`."""

    @abstractmethod
    def averaged(self, positives: int, negatives: int) -> int:
        """The number of rows with which first order becomes exact, of a side with so many positives and negatives."""

    @final
    @override
    def rescorer(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> Rescore:
        ranking = rank(labels, predictions, unit)
        return lambda counts: self.of_ranking(ranking, np.ascontiguousarray(counts.T))

    @final
    @override
    def additive_form(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> AdditiveForm | None:
        positives = int((labels == 1).sum())
        many = self.averaged(positives, len(labels) - positives) >= self.exact_below
        return self.first_order(labels, predictions, unit) if many else None

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


def negatives_before(between: csc_matrix, counts: FloatArray) -> FloatArray:
    """How often a resample takes the negatives before each positive, and all of them: [P + 1, B].

    Args:
        between: `between_above` or `between_reached` of a ranking.
        counts: shape [U, B].
    """
    sums: FloatArray = between @ counts
    return np.cumsum(sums, axis=0, out=sums)
