"""Predicted probabilities: whether they are any, and what they decide for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.evaluation.probabilities import are_probabilities, decided, distributions
from tests.mtl.evaluation.cases import lightly

ROWS = np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0]])


@pytest.mark.parametrize(
    ("predictions", "expected"),
    [
        ([0.0, 0.5, 1.0], True),
        ([0.5, -0.001], False),
        ([0.5, 1.001], False),
        ([0.5, np.nan], False),
        ([1.0 + 1e-7], True),  # float32's rounding
        (ROWS.tolist(), True),
        ([[0.2, 0.3, 0.6]], False),
        ([[1.2, -0.2, 0.0]], False),
        ([[np.nan, 0.5, 0.5]], False),
    ],
)
def test_probabilities_lie_between_0_and_1_and_rows_sum_to_1(predictions: list[float], expected: bool) -> None:
    assert are_probabilities(np.array(predictions)) is expected


@lightly
@given(st.integers(1, 20), st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_what_float32_kept_of_a_distribution_is_one_again(rows: int, classes: int, seed: int) -> None:
    exact = np.random.default_rng(seed).dirichlet(np.ones(classes), size=rows)
    kept = exact.astype(np.float32).astype(np.float64)
    assert are_probabilities(kept)
    again = distributions(kept)
    np.testing.assert_allclose(again.sum(axis=1), 1.0, rtol=1e-15)
    np.testing.assert_allclose(again, exact, atol=1e-6)


def test_the_probability_of_class_1_is_a_distribution_over_two() -> None:
    assert distributions(np.array([0.25, 1.0 + 1e-7])).tolist() == [[0.75, 0.25], [0.0, 1.0]]


def test_one_half_decides_for_class_1_and_of_equals_the_first_is_taken() -> None:
    assert decided(np.array([0.49, 0.5, 0.51])).tolist() == [0.0, 1.0, 1.0]
    assert decided(np.array([[0.4, 0.4, 0.2], [0.1, 0.2, 0.7]])).tolist() == [0.0, 2.0]
