"""Predicted probabilities: whether they are any, and what they decide for."""

import numpy as np

from mtl.evaluation.truth import FloatArray


def are_probabilities(predictions: FloatArray) -> bool:
    """Whether [n] values lie in [0, 1], and [n, C] rows also sum to 1 (to float32 accuracy)."""
    inside = bool(((predictions >= 0) & (predictions <= 1 + 1e-6)).all())
    return inside and (predictions.ndim == 1 or bool((np.abs(predictions.sum(axis=1) - 1) <= 1e-4).all()))


def distributions(predictions: FloatArray) -> FloatArray:
    """Probabilities [n] or [n, C] as rows [n, 2] or [n, C] that sum to 1 to float64 accuracy."""
    if predictions.ndim == 1:
        predictions = np.minimum(predictions, 1.0)
        return np.stack([1.0 - predictions, predictions], axis=1)
    sums: FloatArray = predictions.sum(axis=1, keepdims=True)
    return predictions / sums


def decided(predictions: FloatArray) -> FloatArray:
    """The class index that probabilities decide for: at least one half, or the first of the largest."""
    classes = predictions >= 0.5 if predictions.ndim == 1 else predictions.argmax(axis=1)
    return classes.astype(np.float64)
