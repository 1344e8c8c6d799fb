"""Ranges hold what is looked for to what an option may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.ranges import Range


@given(low=st.floats(0.001, 1.0), width=st.floats(0.001, 9.0), value=st.floats(-100.0, 100.0))
def test_the_nearest_value_is_in_the_range_and_a_value_of_it_stays(low: float, width: float, value: float) -> None:
    told = Range(low, low + width)
    nearest = told.nearest(value)
    assert told.low * 0.9995 <= nearest <= told.high * 1.0005
    if told.low <= value <= told.high:
        assert nearest == pytest.approx(value, rel=5e-4)


def test_settings_are_short_or_whole() -> None:
    assert Range(0.0, 1.0).kept(0.123456789) == 0.1235
    kept = Range(2, 64, log=True, whole=True).nearest(200.0)
    assert (kept, type(kept)) == (64, int)


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (Range(0.1, 0.2), ""),
        (Range(0.2, 0.2), "expected a lower bound below the upper one; got 0.2 and 0.2"),
        (Range(-0.1, 0.2), "expected a lower bound of at least 0; got -0.1"),
        (Range(0.0, 0.2, log=True), "expected a lower bound above 0; got 0"),
        (Range(0.0, 1.0, below=1.0), "expected an upper bound below 1; got 1"),
        (Range(2.0, 3.5, whole=True), "expected whole numbers; got 2 and 3.5"),
    ],
)
def test_bounds_that_cannot_be_are_explained(told: Range, problem: str) -> None:
    assert told.problem() == problem
