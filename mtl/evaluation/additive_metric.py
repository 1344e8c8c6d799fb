"""Metrics that follow from sums over rows.

Most metrics are a function of a few sums over rows: R² of four, accuracy of two, macro F1 of 3 C. Summed once per
unit, shape [U, S], the value of a resample that takes unit u counts[u] times follows from counts @ sums, so that
2,000 resamples cost one small matrix product.
"""

from abc import abstractmethod
from typing import final

import numpy as np
from typing_extensions import override

from mtl.evaluation.metric import AdditiveForm, Metric, Rescore
from mtl.evaluation.truth import FloatArray, IntArray


class AdditiveMetric(Metric):
    """A metric that is a function of sums over rows."""

    @abstractmethod
    def sums(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
        """S sums over the rows of each unit, [U, S]; `summed` makes them of columns. Arguments as of `rescorer`."""

    @abstractmethod
    def finish(self, sums: FloatArray) -> FloatArray:
        """Sums [..., S] → values [...], NaN where undefined."""

    @final
    @override
    def rescorer(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> Rescore:
        sums = self.sums(labels, predictions, unit)
        return lambda counts: self.finish(counts @ sums)

    @final
    @override
    def additive_form(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> AdditiveForm:
        return AdditiveForm(self.sums(labels, predictions, unit), self.finish)

    @final
    @override
    def numbers_per_resample(self, rows: int, units: int) -> int:
        return units


class MeanMetric(AdditiveMetric):
    """A metric that is the mean of one number per row."""

    @abstractmethod
    def per_row(self, labels: FloatArray, predictions: FloatArray) -> FloatArray:
        """The number of each row, [n]."""

    @final
    @override
    def sums(self, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
        return summed([self.per_row(labels, predictions)], unit)

    @final
    @override
    def finish(self, sums: FloatArray) -> FloatArray:
        return ratio(sums[..., 1], sums[..., 0])


def summed(columns: list[FloatArray], unit: IntArray) -> FloatArray:
    """Columns [n] summed within units, after a column of ones: [U, 1 + number of columns]."""
    counted = [np.bincount(unit).astype(np.float64)]
    return np.stack(counted + [np.bincount(unit, weights=column) for column in columns], axis=1)


def ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """The quotient, NaN where the denominator is zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)
