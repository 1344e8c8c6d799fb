"""A column of any type as numbers; what is none is missing."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.data.numbers import LARGEST, read_numbers
from tests.mtl.evaluation.cases import lightly

NAN = float("nan")
DAYS = pd.Series([pd.Timestamp("2020-01-01"), pd.NaT])


@lightly
@given(st.lists(st.none() | st.integers(-1000, 1000), max_size=8))
def test_the_type_of_a_column_does_not_change_its_numbers(values: list[int | None]) -> None:
    expected = [NAN if value is None else float(value) for value in values]
    for dtype in ("object", "float64", "float32", "Int64", "Int16", "Float64", "int64[pyarrow]", "category", "string"):
        np.testing.assert_array_equal(read_numbers(pd.Series(values, dtype=dtype)), expected, dtype)


@pytest.mark.parametrize(
    ("column", "numbers"),
    [
        (pd.Series([True, False]), [1, 0]),
        (pd.Series([True, None], dtype="boolean"), [1, NAN]),
        (pd.Series([True, None], dtype=object), [1, NAN]),
        (pd.Series([True, None], dtype="bool[pyarrow]"), [1, NAN]),
        (pd.Series([True, None], dtype="category"), [1, NAN]),
        (pd.Series([Decimal("7.50"), None]), [7.5, NAN]),
        (pd.Series([Decimal("7.50"), None], dtype=pd.ArrowDtype(pa.decimal128(5, 2))), [7.5, NAN]),
        (pd.Series(["1", " 2.5 ", "x", "", None]), [1, 2.5, NAN, NAN, NAN]),
        (pd.Series([np.inf, -np.inf, 1e300, LARGEST, -LARGEST]), [NAN, NAN, NAN, LARGEST, -LARGEST]),
        (pd.Series([2**63, 2**70], dtype=object), [2.0**63, 2.0**70]),
        (pd.Series([None, None]), [NAN, NAN]),
        (pd.Series([], dtype=object), []),
    ],
)
def test_truth_values_decimals_and_spelled_numbers_count_and_infinite_ones_do_not(
    column: pd.Series, numbers: list[float]
) -> None:
    np.testing.assert_array_equal(read_numbers(column), numbers)


@pytest.mark.parametrize(
    "column",
    [
        DAYS,
        DAYS.dt.tz_localize("UTC"),
        pd.Series(pd.to_timedelta(["1D", None])),
        pd.Series(pd.period_range("2020-01", periods=2, freq="M")),
        DAYS.astype("category"),
        pd.Series([datetime.date(2020, 1, 1), None]),
        pd.Series([datetime.date(2020, 1, 1), None], dtype=pd.ArrowDtype(pa.date32())),
        DAYS.astype(object),
        pd.Series([1 + 2j, None]),
    ],
)
def test_dates_durations_and_complex_numbers_are_no_numbers(column: pd.Series) -> None:
    np.testing.assert_array_equal(read_numbers(column), [NAN, NAN])
