import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.tasks.lowest_point import lowest_point
from tests.mtl.evaluation.cases import lightly


@lightly
@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_of_a_parabola(place: float, steepness: float) -> None:
    assert lowest_point(lambda x: steepness * (x - place)) == pytest.approx(place, abs=1e-9)


@lightly
@given(st.floats(-30, 30))
def test_of_a_slope_that_levels_off_on_both_sides(place: float) -> None:
    share = 1 / (1 + math.exp(-place))
    found = lowest_point(lambda x: 1 / (1 + math.exp(-x)) - share)
    assert 1 / (1 + math.exp(-found)) == pytest.approx(share, abs=1e-12)


@lightly
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=9).filter(lambda values: len(values) % 2 == 1))
def test_of_a_slope_that_jumps(values: list[float]) -> None:
    """The mean absolute distance is lowest at the median."""
    found = lowest_point(lambda x: float(np.sign(x - np.array(values)).mean()))
    assert found == pytest.approx(np.median(values), abs=1e-9)


@pytest.mark.parametrize("slope", [lambda x: 1.0, lambda x: -x, lambda x: math.nan])
def test_what_has_no_lowest_point_is_refused(slope: object) -> None:
    with pytest.raises(ValueError, match="must rise towards"):
        lowest_point(slope)  # type: ignore[arg-type]
