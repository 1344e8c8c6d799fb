"""How far apart numbers lie in the middle, and how distances in its units are clipped."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.features.robust_scale import robust_scale, smoothly_clipped
from tests.mtl.evaluation.cases import lightly


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 2.0, 3.0, 4.0, 100.0], 2.0),  # quartiles 2 and 4
        ([0.0] * 9 + [4.0], 2.0),  # two values: half their distance
        ([0.0] * 20 + [1.0, 2.0, 1e9], 1.0),  # half the middle one of 1, 2, 1e9
        ([7.0], 0.0),
        ([0.1 + 0.2, 0.3, 0.3, 0.3], 0.0),
        ([1e30, 1e30 * (1 + 1e-15)], 0.0),
    ],
)
def test_the_scale_is_that_of_the_middle(values: list[float], expected: float) -> None:
    assert robust_scale(np.array(values), float(np.median(values))) == pytest.approx(expected)


@lightly
@given(st.floats(-1e300, 1e300), st.floats(1e-300, 1e300), st.floats(0.5, 10.0))
def test_a_clipped_distance_is_finite_and_within_the_limit(distance: float, scale: float, limit: float) -> None:
    (clipped,) = smoothly_clipped(np.array([distance]), scale, limit)
    assert abs(clipped) <= limit * (1 + 1e-12)
    assert np.sign(clipped) in (0.0, np.sign(distance))


@lightly
@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_it_is_the_paper_s_form_and_without_a_limit_a_quotient(distance: float, scale: float) -> None:
    z, one = distance / scale, np.array([distance])
    np.testing.assert_allclose(smoothly_clipped(one, scale, 3.0), [z / np.sqrt(1 + (z / 3) ** 2)], rtol=1e-9)
    assert smoothly_clipped(one, scale, None).tolist() == [z]
