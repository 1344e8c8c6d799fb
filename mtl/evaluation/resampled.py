"""A model's metric with its values on resamples, and what differs between two of them.

Where resamples are shared, a difference of models is a subtraction, and a mean over seeds is a mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import Bootstrap, PairedDifference, level
from mtl.evaluation.truth import FloatArray, TaskTruth

MOST_UNDEFINED = 0.01
"""Share of the resamples that may be without a value. A share, not a number: more resamples make nothing undecided."""


@dataclass(frozen=True, eq=False)
class Resampled:
    """A model's headline metric on one task.

    Attributes:
        value: on all rows; NaN where undefined.
        resampled: on each resample, shape [B]; NaN where undefined.
    """

    value: float
    resampled: FloatArray


def mean_of(several: Sequence[Resampled]) -> Resampled:
    """The mean over models, one or more, on the same resamples; NaN where any is undefined."""
    with np.errstate(invalid="ignore"):  # infinities of both signs
        resampled: FloatArray = np.mean([each.resampled for each in several], axis=0)
        return Resampled(float(np.mean([each.value for each in several])), resampled)


def gain(truth: TaskTruth, candidate: Resampled, reference: Resampled) -> Resampled:
    """(Candidate − reference) × the metric's direction: positive is better; NaN where not finite."""
    direction = metric_named(truth.metric).direction
    with np.errstate(invalid="ignore"):  # of two infinite values there is no difference
        value = float(direction * np.subtract(candidate.value, reference.value))
        resampled = direction * (candidate.resampled - reference.resampled)
    if not np.isfinite(value):
        return Resampled(value, np.full(len(resampled), np.nan))
    return Resampled(value, np.where(np.isfinite(resampled), resampled, np.nan))


def undefined_share(resampled: FloatArray) -> float:
    """Share of the resamples that are without a value."""
    return float(np.isnan(resampled).mean())


def difference(truth: TaskTruth, candidate: Resampled, reference: Resampled, bootstrap: Bootstrap) -> PairedDifference:
    """The summary that `paired_difference` gives, of models that are resampled already.

    A resample without a value counts as one in which the candidate lost by more than in any other. Where more than
    `MOST_UNDEFINED` of them are without one, the bounds are NaN.

    Args:
        truth: the observed labels.
        candidate: its metric, on the resamples that `bootstrap` draws.
        reference: its metric, on the same resamples.
        bootstrap: the confidence of the bounds.
    """
    paired = gain(truth, candidate, reference)
    defined = paired.resampled[~np.isnan(paired.resampled)]
    units = len(np.unique(truth.units))
    lower, upper = _bounds(paired, level(bootstrap.confidence, units), bootstrap.confidence)
    return PairedDifference(
        task=truth.task,
        metric=truth.metric,
        candidate=candidate.value,
        reference=reference.value,
        difference=paired.value,
        lower=lower,
        upper=upper,
        standard_error=float(defined.std()) if len(defined) else np.nan,
        probability_better=float(np.heaviside(defined, 0.5).sum() / len(paired.resampled)) if len(defined) else np.nan,
        confidence=bootstrap.confidence,
        labels=len(truth.labels),
        units=units,
        undefined_resamples=len(paired.resampled) - len(defined),
    )


def _bounds(paired: Resampled, tail: float, confidence: float) -> tuple[float, float]:
    if not np.isfinite(paired.value) or undefined_share(paired.resampled) > MOST_UNDEFINED:
        return np.nan, np.nan
    if confidence == 0.5:
        return paired.value, paired.value
    lost = np.where(np.isnan(paired.resampled), -np.inf, paired.resampled)
    with np.errstate(invalid="ignore"):  # between a loss beyond measure and a number lies a loss beyond measure
        bounds = np.nan_to_num(np.quantile(lost, [tail, 1.0 - tail]), nan=-np.inf, neginf=-np.inf)
    return float(bounds[0]), float(bounds[1])
