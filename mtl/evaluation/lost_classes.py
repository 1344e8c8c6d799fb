"""Whether a candidate has given up a class that the reference can tell.

A mean over classes or rows hardly moves when a class of a few rows is lost, and no interval of it notices. What a
model never gets right is seen without one.
"""

import numpy as np
from numpy.typing import NDArray

from mtl.evaluation.metric import metric_named
from mtl.evaluation.probabilities import are_probabilities, decided
from mtl.evaluation.truth import FloatArray, IntArray, TaskTruth

DECIDING = ("accuracy", "balanced_accuracy", "f1", "macro_f1")
"""Metrics of the class that is decided for, for which a class can be lost."""


def lost_classes(truth: TaskTruth, candidate: NDArray[np.floating], reference: NDArray[np.floating]) -> tuple[str, ...]:
    """Classes of which the reference gets rows right and the candidate none; none for other metrics than `DECIDING`.

    Args:
        truth: the observed labels.
        candidate: predictions aligned with the labels; what are no probabilities are right nowhere.
        reference: predictions aligned with the labels.

    Raises:
        ValueError: predictions that are not aligned with the labels.
    """
    hits = [_hits(truth, truth.aligned(each)) for each in (candidate, reference)]
    if truth.metric not in DECIDING:
        return ()
    lost = np.flatnonzero((hits[0] == 0) & (hits[1] > 0))
    return tuple(truth.classes[index] if truth.classes else str(index) for index in lost)


def _hits(truth: TaskTruth, predictions: FloatArray) -> IntArray:
    """Rows of each class that are decided rightly, [C]."""
    fit = bool(np.isfinite(predictions).all()) and are_probabilities(predictions)
    if not fit or not metric_named(truth.metric).of_probabilities:
        return np.zeros(truth.num_classes, np.int64)
    right = truth.labels[decided(predictions) == truth.labels]
    return np.bincount(right.astype(np.int64), minlength=truth.num_classes)
