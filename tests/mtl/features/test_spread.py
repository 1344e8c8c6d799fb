"""How far numbers lie apart."""

import numpy as np
import pytest

from mtl.features.spread import spread


def test_it_is_the_standard_deviation() -> None:
    values = np.random.default_rng(0).normal(3.0, 2.0, size=1000)
    assert spread(values) == pytest.approx(values.std())


@pytest.mark.parametrize("value", [0.0, 1.0, 0.1, -7.3e200, 1e-300])
def test_equal_numbers_have_none_however_their_mean_is_rounded(value: float) -> None:
    with np.errstate(over="ignore"):
        assert spread(np.full(37, value)) == 0.0


def test_a_small_spread_around_0_is_one() -> None:
    assert spread(np.array([1e-30, -1e-30])) == pytest.approx(1e-30)


def test_a_spread_far_from_0_that_64_bits_hold_is_one() -> None:
    values = 1e12 + np.random.default_rng(0).normal(0.0, 0.1, size=1000)
    assert spread(values) == pytest.approx(0.1, rel=0.1)
