"""Coordinates without a bound in common give weights on a simplex."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.tuning.simplex import COORDINATE_BOUNDS, EQUAL, weights_on_simplex

coordinates = st.floats(*COORDINATE_BOUNDS)


@given(st.dictionaries(st.text(min_size=1), coordinates, min_size=1, max_size=12))
def test_weights_are_nonnegative_and_sum_to_the_number_of_tasks(told: dict[str, float]) -> None:
    weights = weights_on_simplex(told)
    assert list(weights) == list(told)
    assert min(weights.values()) >= 0
    assert math.fsum(weights.values()) == pytest.approx(len(told))


def test_equal_coordinates_are_equal_weights() -> None:
    assert weights_on_simplex(dict.fromkeys("abc", EQUAL)) == pytest.approx(dict.fromkeys("abc", 1.0))


def test_uniform_coordinates_are_uniform_weights() -> None:
    """Of two tasks, a weight on the simplex is then uniform between 0 and 2."""
    drawn = np.random.default_rng(0).uniform(size=(4000, 2))
    weights = [weights_on_simplex({"a": float(a), "b": float(b)})["a"] for a, b in drawn]
    assert np.quantile(weights, [0.1, 0.5, 0.9]) == pytest.approx([0.2, 1.0, 1.8], abs=0.06)


def test_extreme_coordinates_leave_a_task_next_to_nothing() -> None:
    low, high = COORDINATE_BOUNDS
    assert weights_on_simplex({"a": high, "b": low})["a"] < 0.001
