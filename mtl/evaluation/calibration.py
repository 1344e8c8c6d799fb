"""Whether predicted probabilities can be taken at their word."""

import numpy as np

from mtl.evaluation.probabilities import are_probabilities, decided
from mtl.evaluation.truth import FloatArray

BINS = 15


def calibration_error(labels: FloatArray, predictions: FloatArray) -> float:
    """The expected calibration error over bins of equally many rows; NaN without rows or without probabilities.

    Of each bin: how far the mean probability is from the share of rows where what it is of came true, weighted by the
    bin's rows. For two classes it is the probability of class 1; for more, that of the class that is decided for
    (Guo et al. 2017, arXiv 1706.04599; equal-mass bins: Nixon et al. 2019, arXiv 1904.01685).

    Args:
        labels: class indices, shape [n].
        predictions: the probability of class 1, [n], or probabilities, [n, C].
    """
    if not len(labels) or not np.isfinite(predictions).all() or not are_probabilities(predictions):
        return np.nan
    chances = predictions if predictions.ndim == 1 else predictions.max(axis=1)
    came_true = labels if predictions.ndim == 1 else (decided(predictions) == labels).astype(np.float64)
    gaps = (chances - came_true)[np.argsort(chances, kind="stable")]
    return float(sum(abs(part.sum()) for part in np.array_split(gaps, min(BINS, len(gaps)))) / len(gaps))
