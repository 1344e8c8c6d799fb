"""Numbers, standardised."""

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


def test_a_number_is_standardised_and_a_missing_one_is_the_median_with_an_indicator() -> None:
    # With the median for the missing one they are 1, 2, 2, 7: their mean is 3, their variance (4 + 1 + 1 + 16)/4.
    values, scale = [1.0, 2.0, None, 7.0], np.sqrt(5.5)
    expected = [[-2 / scale, 0], [-1 / scale, 0], [-1 / scale, 1], [4 / scale, 0]]
    np.testing.assert_allclose(numeric(fit_number(values), values), expected, rtol=1e-6)


@lightly
@given(NUMBERS)
def test_on_the_training_side_a_standardised_number_has_mean_0_and_spread_1_or_is_0(values: list[float | None]) -> None:
    column = numeric(fit_number(values), values)[:, 0].astype(np.float64)
    assert abs(column.mean()) < 1e-5
    assert column.std() == pytest.approx(1.0, abs=1e-5) or not column.any()


@lightly
@given(NUMBERS, st.sampled_from([1e-3, 0.5, 7.0, 1e4]), st.sampled_from([-100.0, 0.0, 3.0]))
def test_the_unit_of_a_number_does_not_matter(values: list[float | None], scale: float, shift: float) -> None:
    column = pd.Series(values, dtype=np.float64).round(3)
    one, other = fit_number(column), fit_number(column * scale + shift)
    np.testing.assert_allclose(numeric(one, column), numeric(other, column * scale + shift), atol=1e-3)


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
