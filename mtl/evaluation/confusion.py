"""How often each class is there, is predicted, and is predicted rightly: what metrics over classes are made of."""

import numpy as np

from mtl.evaluation.additive_metric import ratio
from mtl.evaluation.probabilities import decided
from mtl.evaluation.truth import FloatArray, IntArray


def confusion(labels: FloatArray, predictions: FloatArray, unit: IntArray) -> FloatArray:
    """Per unit and class: actual, predicted, and rightly predicted rows: [U, 3 C]. Predictions are [n, C]."""
    classes, predicted = predictions.shape[1], decided(predictions)
    units = int(unit.max()) + 1

    def counted(index: FloatArray, rows: FloatArray | None = None) -> FloatArray:
        flat = unit * classes + index.astype(np.int64)
        return np.bincount(flat, weights=rows, minlength=units * classes).reshape(units, classes).astype(np.float64)

    hits = (predicted == labels).astype(np.float64)
    return np.concatenate([counted(labels), counted(predicted), counted(labels, hits)], axis=1)


def mean_over_present(values: FloatArray, actual: FloatArray) -> FloatArray:
    """The mean over the classes that occur among the labels, [..., C] → [...]: the same ones for any two models."""
    return ratio(np.where(actual > 0, values, 0.0).sum(axis=-1), (actual > 0).sum(axis=-1).astype(np.float64))
