"""Whether a few rows decide: rare large errors make an interval promise more than it holds.

An interval trusts that the rows it has seen are like those it has not. A model that errs badly on one row in several
hundred looks better than it is on every side that misses those rows, and no interval from the same rows can know. What
can be seen is said: how much of the loss a hundredth of the rows makes up. It is no proof of the contrary, since errors
that were missed leave no trace.
"""

import numpy as np
from numpy.typing import NDArray

from mtl.evaluation.additive_metric import MeanMetric
from mtl.evaluation.metric import metric_named
from mtl.evaluation.probabilities import are_probabilities
from mtl.evaluation.truth import FloatArray, TaskTruth

HEAVY = 0.15
"""Share of the loss above which the largest hundredth of the rows is worth a warning.

Normal errors have 8 % of the squared error there, and above 13 % in one side of 300 rows in a thousand. On 1,000 rows,
a candidate whose errors have a t distribution with 3 degrees of freedom is promoted over normal errors of the same mean
square in 26 % of the tests at nominal 5 %: in 0.1 % without a warning. With 4 degrees it is 12 % and 3 %; with errors
ten times as large on one row in a hundred, 21 % and 1 %; with those on one row in a thousand, most go unseen.
"""

OF_ROWS = 0.01
"""Share of the rows that are the largest."""


def tail_share(truth: TaskTruth, predictions: NDArray[np.floating]) -> float:
    """Share of the total loss that the `OF_ROWS` rows of largest loss make up.

    The loss of a row is its squared error for R² and RMSE, else what the metric is the mean of. NaN for metrics that
    are the mean of no loss, without rows, without a value, and where nothing is lost. Of fewer than 100 rows, it is so
    much of the largest row's loss as that row is more than a hundredth.

    Args:
        truth: the observed labels.
        predictions: aligned with the labels.

    Raises:
        ValueError: predictions that are not aligned with the labels.
    """
    losses = _losses(truth, truth.aligned(predictions))
    if losses is None or not np.isfinite(total := losses.sum()) or not total > 0:
        return np.nan
    largest = np.sort(losses)[::-1]
    whole, part = divmod(OF_ROWS * len(losses), 1.0)
    return float((largest[: int(whole)].sum() + part * largest[int(whole)]) / total)


def _losses(truth: TaskTruth, predictions: FloatArray) -> FloatArray | None:
    metric = metric_named(truth.metric)
    if not len(truth.labels) or not np.isfinite(predictions).all():
        return None
    if truth.metric in ("r2", "rmse"):
        with np.errstate(over="ignore"):
            return np.square(truth.labels - predictions)
    if not isinstance(metric, MeanMetric) or metric.direction > 0:
        return None
    fit = not metric.of_probabilities or are_probabilities(predictions)
    return metric.per_row(truth.labels, predictions) if fit else None
