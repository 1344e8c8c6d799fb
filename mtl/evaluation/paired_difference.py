"""The paired bootstrap: by how much is one model better than another on the same rows, and how sure is that?

Both models are scored on the same resamples, so what they share (an easy or a hard test side) cancels. What is drawn
is what is independent: units (rows, groups, days), each with all of its rows.

The interval is the expanded percentile interval: quantiles of the resampled differences at the levels that make it
match Student's t interval when a mean of U units is judged. The plain percentile interval forgets that U units have
U − 1 degrees of freedom: with 7 days, what it calls 5 % is 9 %. For many units the two are the same.

References:
    B. Efron and R. J. Tibshirani (1993), An Introduction to the Bootstrap, chapters 8 and 13.
    T. C. Hesterberg (2015), What Teachers Should Know About the Bootstrap, The American Statistician 69(4), 371–386:
    on narrowness bias and expanded percentile intervals.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict
from scipy.special import ndtr, stdtrit

from mtl.evaluation.metric import Metric, metric_named
from mtl.evaluation.resampling import chunk_of, draws
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.jsonable import EXACT


@dataclass(frozen=True)
class Bootstrap:
    """How differences are resampled.

    Attributes:
        resamples: B.
        confidence: of each one-sided bound; 0.5 makes both bounds the difference itself.
        seed: the same seed gives the same result.

    Raises:
        ValueError: no resamples, or a confidence outside [0.5, 1).
    """

    resamples: int
    confidence: float
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what gives no interval."""
        if self.resamples < 1 or not 0.5 <= self.confidence < 1.0:
            raise ValueError(f"resamples {self.resamples} must be positive, confidence {self.confidence} in [0.5, 1)")


@dataclass(frozen=True)
class PairedDifference:
    """By how much a candidate is better than a reference on one task, on the same rows.

    Attributes:
        task: the task.
        metric: the headline metric, whose units the following six are in.
        candidate: the candidate's value.
        reference: the reference's value.
        difference: (candidate − reference) × the metric's direction: positive is better.
        lower: one-sided lower bound of the difference at `confidence`.
        upper: one-sided upper bound of the difference at `confidence`.
        standard_error: standard deviation of the resampled differences.
        probability_better: share of the resamples in which the candidate is better, a tie counting one half.
        confidence: of each bound.
        labels: rows that were scored.
        units: independent units that they form.
        undefined_resamples: resamples in which the metric has no value (for one: a single class was drawn).
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    task: str
    metric: str
    candidate: float
    reference: float
    difference: float
    lower: float
    upper: float
    standard_error: float
    probability_better: float
    confidence: float
    labels: int
    units: int
    undefined_resamples: int


def paired_difference(
    truth: TaskTruth,
    candidate: NDArray[np.floating],
    reference: NDArray[np.floating],
    bootstrap: Bootstrap,
) -> PairedDifference:
    """The difference of the headline metric between two models' predictions, with its interval.

    Where the metric of either is undefined, or all labels are of one class, every number of the difference is NaN.

    Args:
        truth: the observed labels, n of them.
        candidate: predictions aligned with the labels.
        reference: predictions aligned with the labels.
        bootstrap: how to resample.

    Raises:
        ValueError: predictions that are not aligned with the labels.
    """
    metric = metric_named(truth.metric)
    pair = truth.aligned(candidate), truth.aligned(reference)
    values = [metric.score(truth.labels, predictions) for predictions in pair]
    if truth.num_classes and len(np.unique(truth.labels)) < 2:
        values = [np.nan, np.nan]  # one class says nothing about telling classes apart, whatever the metric
    if not np.isfinite(values).all():
        return _summarised(truth, values, np.full(bootstrap.resamples, np.nan), bootstrap)
    resampled = metric.direction * _resampled_differences(metric, truth, *pair, bootstrap)
    return _summarised(truth, values, resampled, bootstrap)


def level(confidence: float, units: int) -> float:
    """The quantile of the resampled differences that is their lower bound: Φ(t √(U/(U−1))), near 1 − confidence.

    t is the (1 − confidence) quantile of Student's t with U − 1 degrees of freedom. With one unit it is 0.
    """
    if units < 2:
        return 0.0
    return float(ndtr(stdtrit(units - 1, 1.0 - confidence) * np.sqrt(units / (units - 1))))


def _resampled_differences(
    metric: Metric, truth: TaskTruth, candidate: FloatArray, reference: FloatArray, bootstrap: Bootstrap
) -> FloatArray:
    """Candidate − reference of each resample, [B]; NaN where undefined."""
    codes, unit = np.unique(truth.units, return_inverse=True)
    first, second = (metric.rescorer(truth.labels, each, unit) for each in (candidate, reference))
    chunk = chunk_of(metric, len(truth.labels), len(codes))
    counts = draws(len(codes), bootstrap.resamples, chunk, bootstrap.seed)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is undefined
        return np.concatenate([first(each) - second(each) for each in counts])


def _summarised(truth: TaskTruth, values: list[float], resampled: FloatArray, bootstrap: Bootstrap) -> PairedDifference:
    defined = resampled[np.isfinite(resampled)]
    units = len(np.unique(truth.units))
    difference = metric_named(truth.metric).direction * (values[0] - values[1])
    lower = upper = difference if len(defined) else np.nan
    if len(defined) and bootstrap.confidence > 0.5:
        tail = level(bootstrap.confidence, units)
        lower, upper = np.quantile(defined, [tail, 1.0 - tail])
    return PairedDifference(
        task=truth.task,
        metric=truth.metric,
        candidate=values[0],
        reference=values[1],
        difference=difference,
        lower=float(lower),
        upper=float(upper),
        standard_error=float(defined.std()) if len(defined) else np.nan,
        probability_better=float(np.heaviside(defined, 0.5).mean()) if len(defined) else np.nan,
        confidence=bootstrap.confidence,
        labels=len(truth.labels),
        units=units,
        undefined_resamples=len(resampled) - len(defined),
    )
