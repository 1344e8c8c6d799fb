"""The interval covers what it says it covers, on simulated data whose truth is known.

Each rate is of several hundred simulations with fixed seeds; it may miss its nominal value by 3.5 standard deviations
of a binomial rate, and by a little for what a percentile interval only promises for many rows.
"""

from collections.abc import Callable
from math import erf, pi, sqrt

import numpy as np
import pytest

from mtl.evaluation.paired_difference import Bootstrap, PairedDifference, paired_difference
from mtl.evaluation.truth import TaskTruth

TRIALS = 400
TOLERANCE = 3.5 * sqrt(0.05 * 0.95 / TRIALS) + 0.01


def regression(rng: np.random.Generator, trial: int) -> PairedDifference:
    """Errors of scale 0.8 and 1 that share a part: mean absolute errors differ by 0.2 √(2/π)."""
    shared, own, other = rng.normal(size=(3, 150))
    candidate, reference = 0.8 * (0.6 * shared + 0.8 * own), 0.6 * shared + 0.8 * other
    truth = TaskTruth("t", "regression", "mae", np.zeros(150), np.arange(150))
    return paired_difference(truth, candidate, reference, Bootstrap(400, 0.95, trial))


def ranking(rng: np.random.Generator, trial: int) -> PairedDifference:
    """Scores that shift by 1.5 and 1 standard deviations between the classes: areas are Φ(1.5/√2) and Φ(1/√2)."""
    labels = np.repeat([0.0, 1.0], [200, 100])
    shared, own, other = rng.normal(size=(3, 300))
    first, second = 1.5 * labels + 0.6 * shared + 0.8 * own, labels + 0.6 * shared + 0.8 * other
    truth = TaskTruth("t", "binary", "roc_auc", labels, np.arange(300), ("no", "yes"))
    pair = (1 / (1 + np.exp(-first)), 1 / (1 + np.exp(-second)))
    return paired_difference(truth, *pair, Bootstrap(400, 0.95, trial))


def days(rng: np.random.Generator, trial: int, units: int = 8, by_row: bool = False) -> PairedDifference:
    """A candidate that is no better, on days that are alike within: all rows of a day favour the same model."""
    day = np.repeat(np.arange(units), 20)
    favour = rng.normal(size=units)[day] + 0.3 * rng.normal(size=len(day))
    truth = TaskTruth("t", "regression", "mae", np.zeros(len(day)), np.arange(len(day)) if by_row else day)
    return paired_difference(truth, np.full(len(day), 10.0), 10.0 + favour, Bootstrap(400, 0.95, trial))


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.parametrize(
    ("simulate", "difference"),
    [(regression, 0.2 * sqrt(2 / pi)), (ranking, (erf(1.5 / 2) - erf(1 / 2)) / 2)],
)
def test_each_bound_holds_as_often_as_its_confidence_says(
    simulate: Callable[[np.random.Generator, int], PairedDifference], difference: float
) -> None:
    rng = np.random.default_rng(11)
    found = [simulate(rng, trial) for trial in range(TRIALS)]
    assert np.mean([paired.lower <= difference for paired in found]) == pytest.approx(0.95, abs=TOLERANCE)
    assert np.mean([paired.upper >= difference for paired in found]) == pytest.approx(0.95, abs=TOLERANCE)


@pytest.mark.slow
def test_few_days_promote_no_more_noise_than_they_may() -> None:
    rng = np.random.default_rng(12)
    rate = np.mean([days(rng, trial).lower > 0 for trial in range(TRIALS)])
    assert rate == pytest.approx(0.05, abs=TOLERANCE)


def test_resampling_rows_of_correlated_days_promotes_noise() -> None:
    rng = np.random.default_rng(13)
    rate = np.mean([days(rng, trial, by_row=True).lower > 0 for trial in range(100)])
    assert rate > 0.2


def test_resampling_days_gives_the_wider_interval() -> None:
    by_day, by_row = (days(np.random.default_rng(14), 0, units=30, by_row=rows) for rows in (False, True))
    assert by_day.difference == by_row.difference
    assert by_day.upper - by_day.lower > 2 * (by_row.upper - by_row.lower)


@pytest.mark.slow
def test_the_probability_of_being_better_is_uniform_when_nothing_differs() -> None:
    rng = np.random.default_rng(15)
    share = np.array([days(rng, trial, units=40).probability_better for trial in range(TRIALS)])
    assert np.quantile(share, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.08)
