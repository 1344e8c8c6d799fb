"""Metrics that follow from sums over rows.

Most metrics are a function of a few sums over rows: R² of four, accuracy of two, macro F1 of 3 C. Summed once per
unit, shape [U, S], the value of a resample that takes unit u counts[u] times follows from counts @ sums, so that
2,000 resamples cost one small matrix product.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from mtl.evaluation.metrics import decided, distributions
from mtl.evaluation.truth import FloatArray, IntArray

PerUnit: TypeAlias = Callable[[FloatArray, FloatArray, IntArray], FloatArray]
"""(labels [n], predictions [n] or [n, C], unit index [n] in 0..U−1) → sums [U, S]."""

Finish: TypeAlias = Callable[[FloatArray], FloatArray]
"""Sums [..., S] → values [...], NaN where undefined."""


@dataclass(frozen=True)
class Additive:
    """A metric as a function of sums over rows."""

    per_unit: PerUnit
    finish: Finish


def _summed(columns: list[FloatArray], unit: IntArray) -> FloatArray:
    """Columns [n] summed within units, after a column of ones: [U, 1 + number of columns]."""
    counted = [np.bincount(unit).astype(np.float64)]
    return np.stack(counted + [np.bincount(unit, weights=column) for column in columns], axis=1)


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """The quotient, NaN where the denominator is zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)


def _mean(sums: FloatArray) -> FloatArray:
    return _ratio(sums[..., 1], sums[..., 0])


def _absolute_errors(labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
    return _summed([np.abs(labels - predictions)], unit)


def _squared_errors(labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
    return _summed([(labels - predictions) ** 2], unit)


def _moments(labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
    centred = labels - labels.mean()  # else the variance of labels far from zero drowns in rounding
    return _summed([centred, centred**2, (labels - predictions) ** 2], unit)


def _r2(sums: FloatArray) -> FloatArray:
    count, total, squares, errors = np.moveaxis(sums, -1, 0)
    spread = squares - total**2 / count
    return 1.0 - _ratio(errors, np.where(spread > 1e-12 * squares, spread, 0.0))


def _hits(labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
    return _summed([(decided(predictions) == labels).astype(np.float64)], unit)


def _surprisals(labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
    smallest = np.finfo(np.float64).eps  # the floor that scikit-learn's log loss has
    given = distributions(predictions)[np.arange(len(labels)), labels.astype(np.int64)]
    return _summed([-np.log(np.clip(given, smallest, 1.0 - smallest))], unit)


def _positives(labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
    """Per unit: rows, true positives, predicted positives plus actual positives."""
    positive = decided(predictions)
    return _summed([positive * labels, positive + labels], unit)


def _f1(sums: FloatArray) -> FloatArray:
    return _ratio(2.0 * sums[..., 1], sums[..., 2])


def _confusion(labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
    """Per unit and class: actual, predicted, and rightly predicted rows: [U, 3 C]."""
    classes, predicted = predictions.shape[1], decided(predictions)
    units = int(unit.max()) + 1

    def counted(index: FloatArray, rows: FloatArray | None = None) -> FloatArray:
        flat = unit * classes + index.astype(np.int64)
        return np.bincount(flat, weights=rows, minlength=units * classes).reshape(units, classes).astype(np.float64)

    hits = (predicted == labels).astype(np.float64)
    return np.concatenate([counted(labels), counted(predicted), counted(labels, hits)], axis=1)


def _mean_over_present(values: FloatArray, actual: FloatArray) -> FloatArray:
    """The mean over the classes that occur among the labels."""
    return _ratio(np.where(actual > 0, values, 0.0).sum(axis=-1), (actual > 0).sum(axis=-1).astype(np.float64))


def _balanced_accuracy(sums: FloatArray) -> FloatArray:
    actual, _, right = np.split(sums, 3, axis=-1)
    return _mean_over_present(_ratio(right, actual), actual)


def _macro_f1(sums: FloatArray) -> FloatArray:
    actual, predicted, right = np.split(sums, 3, axis=-1)
    return _mean_over_present(_ratio(2.0 * right, actual + predicted), actual)


def _rmse(sums: FloatArray) -> FloatArray:
    return np.sqrt(_mean(sums))


ADDITIVE: Mapping[str, Additive] = {
    "log_loss": Additive(_surprisals, _mean),
    "brier": Additive(_squared_errors, _mean),
    "accuracy": Additive(_hits, _mean),
    "f1": Additive(_positives, _f1),
    "balanced_accuracy": Additive(_confusion, _balanced_accuracy),
    "macro_f1": Additive(_confusion, _macro_f1),
    "r2": Additive(_moments, _r2),
    "rmse": Additive(_squared_errors, _rmse),
    "mae": Additive(_absolute_errors, _mean),
}
"""Every metric of the catalog that is a function of sums over rows; the others rank rows."""
