"""The metrics of tasks: scikit-learn's values, with NaN instead of an exception or a warning where one is undefined."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics as sklearn_metrics

from mtl.evaluation.truth import FloatArray
from mtl.spec.tasks_section import METRICS, TaskKind

Formula: TypeAlias = Callable[[FloatArray, FloatArray, FloatArray], float]
"""(labels [n], predictions [n] or [n, C], weights [n] > 0) → value; n ≥ 1 and everything finite."""


@dataclass(frozen=True)
class Metric:
    """A named measure of predictions.

    Attributes:
        name: its name in a spec.
        direction: +1 where higher is better, −1 where lower is better.
        probabilistic: its predictions are probabilities: [n] of class 1, or [n, C].
        formula: the value, for checked input.
    """

    name: str
    direction: Literal[1, -1]
    probabilistic: bool
    formula: Formula

    def score(
        self, labels: FloatArray, predictions: NDArray[np.floating], weights: NDArray[np.floating] | None = None
    ) -> float:
        """The value, or NaN where it is undefined.

        It is undefined without rows, when anything is not finite, when predictions that should be probabilities are
        not, and where the formula has no value (one class only, constant labels). It is infinite where finite
        predictions are too large to square. A row of weight zero is as absent.

        Args:
            labels: shape [n]; class indices for classification.
            predictions: shape [n], or [n, C] for multiclass.
            weights: shape [n], non-negative; None for equal weights.
        """
        present = np.ones(len(labels), dtype=bool) if weights is None else weights != 0
        rows = predictions[present].astype(np.float64)
        labels = labels[present]
        kept = np.ones(len(labels)) if weights is None else weights[present].astype(np.float64)
        if not (len(labels) and np.isfinite(labels).all() and np.isfinite(rows).all()):
            return np.nan
        if self.probabilistic and not are_probabilities(rows):
            return np.nan
        with np.errstate(over="ignore", invalid="ignore"):
            return self.formula(labels, rows, kept)


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


def _roc_auc(labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    if len(np.unique(labels)) < 2:
        return np.nan
    return float(sklearn_metrics.roc_auc_score(labels, predictions, sample_weight=weights))


def _average_precision(labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    if len(np.unique(labels)) < 2:
        return np.nan
    return float(sklearn_metrics.average_precision_score(labels, predictions, sample_weight=weights))


def _log_loss(labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    rows = distributions(predictions)
    return float(sklearn_metrics.log_loss(labels, rows, labels=np.arange(rows.shape[1]), sample_weight=weights))


def _brier(labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    return float(np.average((labels - predictions) ** 2, weights=weights))


def _accuracy(labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    return float(sklearn_metrics.accuracy_score(labels, decided(predictions), sample_weight=weights))


def _f1(labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    return float(sklearn_metrics.f1_score(labels, decided(predictions), sample_weight=weights, zero_division=np.nan))


def _balanced_accuracy(labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    """The mean recall of the classes that occur among the labels."""
    return float(
        sklearn_metrics.recall_score(
            labels, decided(predictions), labels=np.unique(labels), average="macro", sample_weight=weights
        )
    )


def _macro_f1(labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    """The mean F1 of the classes that occur among the labels: the same classes for any two models."""
    return float(
        sklearn_metrics.f1_score(
            labels, decided(predictions), labels=np.unique(labels), average="macro", sample_weight=weights
        )
    )


def _r2(labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    if np.ptp(labels) == 0:
        return np.nan
    return float(sklearn_metrics.r2_score(labels, predictions, sample_weight=weights))


def _rmse(labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    return float(sklearn_metrics.root_mean_squared_error(labels, predictions, sample_weight=weights))


def _mae(labels: FloatArray, predictions: FloatArray, weights: FloatArray) -> float:
    return float(sklearn_metrics.mean_absolute_error(labels, predictions, sample_weight=weights))


CATALOG: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("roc_auc", +1, probabilistic=True, formula=_roc_auc),
        Metric("average_precision", +1, probabilistic=True, formula=_average_precision),
        Metric("log_loss", -1, probabilistic=True, formula=_log_loss),
        Metric("brier", -1, probabilistic=True, formula=_brier),
        Metric("accuracy", +1, probabilistic=True, formula=_accuracy),
        Metric("f1", +1, probabilistic=True, formula=_f1),
        Metric("balanced_accuracy", +1, probabilistic=True, formula=_balanced_accuracy),
        Metric("macro_f1", +1, probabilistic=True, formula=_macro_f1),
        Metric("r2", +1, probabilistic=False, formula=_r2),
        Metric("rmse", -1, probabilistic=False, formula=_rmse),
        Metric("mae", -1, probabilistic=False, formula=_mae),
    )
}
"""Every metric that a spec can name."""


def score_all(kind: TaskKind, labels: FloatArray, predictions: NDArray[np.floating]) -> dict[str, float]:
    """Every metric of a kind of task, by name; NaN where undefined."""
    return {name: CATALOG[name].score(labels, predictions) for name in METRICS[kind]}
