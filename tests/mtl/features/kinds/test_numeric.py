"""Numbers, scaled by quartiles and clipped smoothly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mtl.features.kinds.numeric import Numeric
from mtl.spec import ModelSpec
from tests.mtl.evaluation.cases import lightly

NAN = float("nan")
NUMBERS = st.lists(st.none() | st.floats(-1e6, 1e6), min_size=1, max_size=12)


def fit_number(values: object) -> Numeric:
    return Numeric.fit(("x",), pd.DataFrame({"x": values}), ModelSpec())


def numeric(transforms: Numeric, values: object) -> NDArray[np.float32]:
    return transforms.apply(pd.DataFrame({"x": values}))


def clipped(z: float) -> float:
    return float(z / np.sqrt(1 + (z / 3) ** 2))


def test_a_number_is_scaled_by_quartiles_and_clipped_and_a_missing_one_is_the_median_with_an_indicator() -> None:
    # Of 1, 2, 3, 4, 30 the median is 3 and the quartiles are 2 and 4.
    values = [1.0, 2.0, None, 3.0, 4.0, 30.0]
    expected: list[list[float]] = [
        [clipped(-1), 0],
        [clipped(-0.5), 0],
        [0, 1],
        [0, 0],
        [clipped(0.5), 0],
        [clipped(13.5), 0],
    ]
    np.testing.assert_allclose(numeric(fit_number(values), values), expected, rtol=1e-6)


@lightly
@given(NUMBERS)
def test_on_the_training_side_a_number_lies_around_0_and_within_3(values: list[float | None]) -> None:
    known = [value for value in values if value is not None]
    column = numeric(fit_number(values), known or [0.0])[:, 0].astype(np.float64)
    assert np.abs(column).max() <= 3.0
    assert np.median(column) == pytest.approx(0.0, abs=1.5)
    assert sum(column > 0) <= len(column) / 2
    assert sum(column < 0) <= len(column) / 2


@lightly
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12))
def test_the_order_of_numbers_is_kept(values: list[float]) -> None:
    column = numeric(fit_number(values), sorted(values))[:, 0]
    assert (np.diff(column) >= 0).all()


@lightly
@given(NUMBERS, st.sampled_from([1e-3, 0.5, 7.0, 1e4]), st.sampled_from([-100.0, 0.0, 3.0]))
def test_the_unit_of_a_number_does_not_matter(values: list[float | None], scale: float, shift: float) -> None:
    column = pd.Series(values, dtype=np.float64).round(3)
    one, other = fit_number(column), fit_number(column * scale + shift)
    np.testing.assert_allclose(numeric(one, column), numeric(other, column * scale + shift), atol=1e-3)


@pytest.mark.parametrize("wrong", [1e9, -1e9, 3e38])
@pytest.mark.parametrize(
    "values",
    [np.linspace(20, 80, 201), np.repeat([0.0, 1, 2, 5], [80, 10, 10, 5]), np.tile([0.0, 0.0, 1.0], 50)],
    ids=["ages", "counts, most of them 0", "truth values"],
)
def test_one_wrong_cell_destroys_nothing(values: NDArray[np.float64], wrong: float) -> None:
    right, disturbed = fit_number(values), fit_number([*values, wrong])
    np.testing.assert_allclose(numeric(disturbed, values), numeric(right, values), atol=0.05)
    assert np.abs(numeric(disturbed, [wrong])).max() <= 3.0


def test_the_scale_of_two_values_is_half_their_distance_however_rare_one_is() -> None:
    transforms = fit_number([0.0] * 99 + [10.0])
    np.testing.assert_allclose(numeric(transforms, [0.0, 10.0])[:, 0], [0.0, clipped(2.0)], rtol=1e-6)


def test_whole_numbers_beyond_float64_s_are_told_apart_where_they_can_be() -> None:
    column = pd.Series([2**53 + 2 * step for step in range(9)], dtype=np.int64) * 2**8
    assert np.isfinite(numeric(fit_number(column), column)).all()
    far = pd.Series([0, 2**60, 2**61, 2**62], dtype=np.int64)
    assert (np.diff(numeric(fit_number(far), far)[:, 0]) > 0).all()


@pytest.mark.parametrize("scale", [1e-300, 1e-30, 1e30])
def test_numbers_of_any_size_are_finite(scale: float) -> None:
    transforms = fit_number(np.array([1.0, 2.0, 3.0, 4.0]) * scale)
    assert np.isfinite(numeric(transforms, [3e38, -3e38, 0.0, 1e-320])).all()


def test_an_infinite_number_counts_as_missing() -> None:
    assert fit_number([1.0, np.inf, 3.0, -np.inf]) == fit_number([1.0, None, 3.0, None])
    transforms = fit_number([1.0, 2.0, None])
    np.testing.assert_array_equal(numeric(transforms, [np.inf, 1e300]), numeric(transforms, [None, None]))


@pytest.mark.parametrize("value", [0.1, 0.0, -7.0, 1e30, 1e-30])
def test_a_number_that_never_varies_is_0_whatever_comes_later(value: float) -> None:
    transforms = fit_number([value] * 1000)
    assert transforms.width == 1
    assert not numeric(transforms, [value, value + 1, 1e30, None]).any()


def test_a_number_that_varies_by_rounding_alone_is_0() -> None:
    assert not numeric(fit_number([0.3, 0.1 + 0.2, 0.3]), [0.3, 0.4]).any()


def test_a_number_that_is_never_there_is_0_without_an_indicator() -> None:
    transforms = fit_number([None, NAN, np.inf])
    assert transforms.width == 1
    assert not numeric(transforms, [5e6, None]).any()


def test_the_indicators_follow_the_numbers_and_stand_for_columns_with_gaps_alone() -> None:
    table = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [None, 2.0, 3.0], "c": [1.0, None, 3.0]})
    transforms = Numeric.fit(("a", "b", "c"), table, ModelSpec())
    assert transforms.width == 5
    assert transforms.apply(table.iloc[1:2])[0, 3:].tolist() == [0, 1]
    later = pd.DataFrame({"a": [None], "b": [2.0], "c": [3.0]})
    assert transforms.apply(later)[0].tolist() == transforms.apply(later.assign(a=2.0))[0].tolist()


@pytest.mark.parametrize("odd", [1e9, -1e9, 1e38])
@pytest.mark.parametrize("counts", [False, True])
def test_one_cell_far_off_changes_the_others_by_less_than_a_hundredth_of_their_range(odd: float, counts: bool) -> None:
    rng = np.random.default_rng(0)
    values = rng.poisson(0.3, size=2000).astype(float) if counts else rng.normal(50.0, 10.0, size=2000)
    sound, spoilt = fit_number([*values, 0.0]), fit_number([*values, odd])
    np.testing.assert_allclose(numeric(spoilt, values), numeric(sound, values), atol=0.06)
    assert np.abs(numeric(spoilt, [odd])).max() <= 3.0


@pytest.mark.parametrize("offset", [1e12, -1e12, 1e10])
def test_numbers_that_differ_by_tenths_far_from_0_are_used(offset: float) -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.1, size=500)
    near, far = numeric(fit_number(noise), noise), numeric(fit_number(offset + noise), offset + noise)
    np.testing.assert_allclose(far, near, atol=0.01)
