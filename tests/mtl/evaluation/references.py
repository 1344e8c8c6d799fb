"""scikit-learn's metrics under the names of the catalog's, with weights; NaN where the catalog's are undefined."""

from collections.abc import Callable, Mapping

import numpy as np
from sklearn import metrics as sk

from mtl.evaluation.probabilities import decided, distributions
from mtl.evaluation.truth import FloatArray

Reference = Callable[[FloatArray, FloatArray, FloatArray], float]
"""(labels [n], predictions [n] or [n, C], weights [n] > 0) → value, n ≥ 1."""


def reference_score(metric: str, labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    """scikit-learn's value; a row of weight zero is as absent."""
    kept = weights > 0
    if not kept.any():
        return np.nan
    return float(REFERENCES[metric](labels[kept], predictions[kept], weights[kept]))


def _ranked(formula: Callable[..., float]) -> Reference:
    def score(y: FloatArray, p: FloatArray, w: FloatArray) -> float:
        return formula(y, p, sample_weight=w) if len(np.unique(y)) == 2 else np.nan

    return score


def _log_loss(y: FloatArray, p: FloatArray, w: FloatArray) -> float:
    rows = distributions(p)
    return float(sk.log_loss(y, rows, labels=np.arange(rows.shape[1]), sample_weight=w))


def _f1(y: FloatArray, p: FloatArray, w: FloatArray) -> float:
    return float(sk.f1_score(y, decided(p), sample_weight=w, zero_division=np.nan))


def _balanced_accuracy(y: FloatArray, p: FloatArray, w: FloatArray) -> float:
    present = np.unique(y)
    return float(sk.recall_score(y, decided(p), labels=present, average="macro", sample_weight=w))


def _macro_f1(y: FloatArray, p: FloatArray, w: FloatArray) -> float:
    return float(sk.f1_score(y, decided(p), labels=np.unique(y), average="macro", sample_weight=w))


def _r2(y: FloatArray, p: FloatArray, w: FloatArray) -> float:
    return float(sk.r2_score(y, p, sample_weight=w)) if np.ptp(y) > 0 else np.nan


REFERENCES: Mapping[str, Reference] = {
    "roc_auc": _ranked(sk.roc_auc_score),
    "average_precision": _ranked(sk.average_precision_score),
    "log_loss": _log_loss,
    "brier": lambda y, p, w: float(np.average((y - p) ** 2, weights=w)),
    "accuracy": lambda y, p, w: float(sk.accuracy_score(y, decided(p), sample_weight=w)),
    "f1": _f1,
    "balanced_accuracy": _balanced_accuracy,
    "macro_f1": _macro_f1,
    "r2": _r2,
    "rmse": lambda y, p, w: float(sk.root_mean_squared_error(y, p, sample_weight=w)),
    "mae": lambda y, p, w: float(sk.mean_absolute_error(y, p, sample_weight=w)),
}
