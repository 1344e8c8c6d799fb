"""What more labels would bring: the headline metric on validation at shares of the labels, and its course beyond.

A learning curve is taken to be a power law, m(n) = a + b · n^(−c) with c in [0.2, 1.5], as most are over a range of
some doublings. It is fitted to the means by least squares, once more for each of many draws of those means within their
errors; the spread of the draws is the interval. What the law itself gets wrong, no interval knows: hence at most four
times the labels there are.

References:
    T. Viering and M. Loog (2023), The Shape of Learning Curves: A Review, IEEE TPAMI 45(6), 7799–7819.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtl.evaluation.metric import metric_named

FloatArray = NDArray[np.float64]

SHARES = (0.125, 0.25, 0.5, 1.0)
"""Of the training labels, that are fitted on."""

AHEAD = (2.0, 4.0)
"""Times the labels there are, that are told of."""

EXPONENTS = np.linspace(0.2, 1.5, 53)
DRAWS = 400
CONFIDENCE = 0.9


@dataclass(frozen=True)
class Beyond:
    """The metric at some times the labels, with both ends of its interval of 90 %."""

    times: float
    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class LearningCurve:
    """A task's curve.

    Attributes:
        metric: the headline metric, whose units all values are in.
        labels: training labels at each share, [P].
        values: the mean on validation over draws and seeds, [P].
        errors: its standard error, [P].
        beyond: what more labels would bring; empty where a point of the curve is missing.
    """

    task: str
    metric: str
    labels: tuple[int, ...]
    values: tuple[float, ...]
    errors: tuple[float, ...]
    beyond: tuple[Beyond, ...]

    @property
    def gain_of_twice(self) -> float:
        """What twice the labels would bring, positive is better; NaN where that is not known."""
        direction = metric_named(self.metric).direction
        return direction * (self.beyond[0].value - self.values[-1]) if self.beyond else float("nan")


def learning_curve(
    task: str, metric: str, labels: Sequence[int], found: Mapping[float, Sequence[float]], seed: int = 0
) -> LearningCurve:
    """The curve of a task.

    Args:
        task: its name.
        metric: its headline metric.
        labels: training labels at each of the shares, in their order.
        found: the metric on validation by share, of each draw and seed.
        seed: of the draws behind the intervals.
    """
    values = np.array([np.mean(found[share]) for share in found])
    errors = np.array([_error(found[share]) for share in found])
    known = np.isfinite(values).all() and min(labels) > 0
    ahead = tuple(_beyond(np.array(labels, dtype=np.float64), values, errors, metric, seed)) if known else ()
    return LearningCurve(task, metric, tuple(labels), tuple(values.tolist()), tuple(errors.tolist()), ahead)


def _beyond(labels: FloatArray, values: FloatArray, errors: FloatArray, metric: str, seed: int) -> list[Beyond]:
    random = np.random.default_rng(seed)
    drawn = values + errors * random.standard_normal((DRAWS, len(values)))
    direction = metric_named(metric).direction
    ends = np.array([labels[-1] * times for times in AHEAD])
    own = power_law(labels, values, ends, direction)
    spread = power_law(labels, drawn, ends, direction)
    lower, upper = np.quantile(spread, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    return [
        Beyond(times, *(float(each[k]) for each in (own, np.minimum(lower, own), np.maximum(upper, own))))
        for k, times in enumerate(AHEAD)
    ]


def power_law(labels: FloatArray, values: FloatArray, at: FloatArray, direction: int) -> FloatArray:
    """The values at other numbers of labels of the power law nearest to a curve, which more labels never make worse.

    Args:
        labels: training labels of each point, [P], rising.
        values: of as many curves as there are, [..., P].
        at: numbers of labels to be told of, [A].
        direction: 1 where higher is better, -1 where lower is.

    Returns:
        [..., A]; the mean of a curve that no law which improves is nearer to than a constant.
    """
    mean = values.mean(-1, keepdims=True)
    missed = ((values - mean) ** 2).sum(-1)
    course = np.repeat(mean, len(at), axis=-1)
    for exponent in EXPONENTS:
        falls, ahead = (labels / labels[-1]) ** -exponent, (at / labels[-1]) ** -exponent
        centred = falls - falls.mean()
        slope = (values @ centred / (centred @ centred))[..., None]
        still_missed = ((values - mean - slope * centred) ** 2).sum(-1)
        nearer = (slope[..., 0] * direction < 0) & (still_missed < missed)
        missed = np.where(nearer, still_missed, missed)
        course = np.where(nearer[..., None], mean + slope * (ahead - falls.mean()), course)
    return course


def _error(values: Sequence[float]) -> float:
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0
