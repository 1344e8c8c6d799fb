"""A learning curve is continued as it began, with an interval that holds what it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.explanation.learning_curve import AHEAD, SHARES, learning_curve, power_law

LABELS = [125, 250, 500, 1000]


def law(labels: float, level: float = 0.8, slope: float = 4.0, exponent: float = 0.5) -> float:
    return level - slope * float(labels**-exponent)


@given(st.floats(0.3, 0.9), st.floats(0.5, 6.0), st.floats(0.25, 1.4))
def test_a_power_law_is_found_again(level: float, slope: float, exponent: float) -> None:
    values = np.array([law(labels, level, slope, exponent) for labels in LABELS])
    ahead = np.array([2000.0, 4000.0])
    found = power_law(np.array(LABELS, dtype=float), values, ahead, 1)
    truth = [law(labels, level, slope, exponent) for labels in ahead]
    np.testing.assert_allclose(found, truth, atol=0.02 * float(np.ptp(values)))


def test_more_labels_never_make_a_curve_worse() -> None:
    falling = np.array([0.5, 0.45, 0.42, 0.40])
    ahead = power_law(np.array(LABELS, dtype=float), falling, np.array([2000.0]), 1)
    assert ahead[0] == pytest.approx(falling.mean())
    rising_loss = power_law(np.array(LABELS, dtype=float), falling, np.array([2000.0]), -1)
    assert rising_loss[0] < 0.40, "of an error, lower is better"


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    random, held = np.random.default_rng(0), 0
    truth = law(2000)
    for trial in range(100):
        found = {
            share: tuple(law(labels) + 0.01 * random.standard_normal(3))
            for share, labels in zip(SHARES, LABELS, strict=True)
        }
        [twice, _] = learning_curve("price", "r2", LABELS, found, trial).beyond
        held += twice.lower <= truth <= twice.upper
    assert held >= 75, "an error that three values estimate makes an interval of 90 % hold a little less"


def test_a_curve_has_its_points_their_errors_and_what_lies_ahead() -> None:
    found = {share: (law(labels), law(labels)) for share, labels in zip(SHARES, LABELS, strict=True)}
    curve = learning_curve("price", "r2", LABELS, found)
    assert curve.values == pytest.approx([law(labels) for labels in LABELS])
    assert curve.errors == (0.0,) * 4
    assert [each.times for each in curve.beyond] == list(AHEAD)
    assert curve.gain_of_twice == pytest.approx(law(2000) - law(1000), abs=0.01)
    worse = learning_curve("price", "rmse", LABELS, {share: (1 - each[0],) for share, each in found.items()})
    assert worse.gain_of_twice == pytest.approx(curve.gain_of_twice, abs=1e-6), "a fall of an error is a gain"


def test_a_missing_point_leaves_nothing_to_continue() -> None:
    found = dict.fromkeys(SHARES, (0.5,)) | {0.25: (float("nan"),)}
    curve = learning_curve("price", "r2", LABELS, found)
    assert curve.beyond == ()
    assert np.isnan(curve.gain_of_twice)
    assert learning_curve("price", "r2", [0, 1, 2, 4], dict.fromkeys(SHARES, (0.5,))).beyond == ()
