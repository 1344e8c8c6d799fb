"""A value has one name and one number, whatever type its column happened to have."""

import datetime
from contextlib import suppress
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.names import LARGEST, canonical_name, canonical_names, coded_names, read_name, read_numbers, read_times
from tests.mtl.evaluation.cases import lightly

WHOLE = st.integers(-(2**53), 2**53)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
NAN = float("nan")
DAYS = pd.Series([pd.Timestamp("2020-01-01"), pd.NaT])


@lightly
@given(WHOLE)
def test_a_whole_number_has_its_digits_for_a_name_in_every_type(number: int) -> None:
    spellings = [number, float(number), np.int64(number), np.float64(number), Decimal(f"{number}.00")]
    assert {canonical_name(spelling) for spelling in spellings} == {str(number)}


def test_a_decimal_is_called_as_exactly_as_it_is() -> None:
    names = [canonical_name(Decimal(text)) for text in ("9007199254740993", "7.50", "-0.0", "NaN")]
    assert names == ["9007199254740993", canonical_name(7.5), "0", "NaN"]


@lightly
@given(st.lists(NUMBERS | WHOLE.map(float), min_size=2, max_size=6))
def test_numbers_have_one_name_exactly_when_they_are_equal(numbers: list[float]) -> None:
    for one in numbers:
        for other in numbers:
            assert (canonical_name(one) == canonical_name(other)) == (one == other)


@lightly
@given(st.lists(st.none() | st.integers(-1000, 1000), min_size=1, max_size=8))
def test_the_type_of_a_column_does_not_change_its_names(values: list[int | None]) -> None:
    expected = [None if value is None else str(value) for value in values]
    for dtype in ("object", "float64", "Int64", "Float64", "int64[pyarrow]", "category"):
        assert canonical_names(pd.Series(values, dtype=dtype)) == expected, dtype
    if None not in values:
        assert canonical_names(pd.Series(values, dtype="int64")) == expected


@lightly
@given(st.lists(st.none() | st.sampled_from([1, 0, True, False, "1", "a", 1.5, 7, 7.0]), min_size=0, max_size=12))
def test_coded_names_are_the_names_each_once(values: list[object]) -> None:
    columns = [pd.Series(values, dtype=object)]
    with suppress(ValueError, TypeError):
        columns += [pd.Series(values, dtype=dtype) for dtype in ("category", "str", "float64")]
    for column in columns:
        codes, names = coded_names(column)
        assert [None if code < 0 else names[code] for code in codes] == canonical_names(column)
        assert len(set(names)) == len(names)
        assert set(range(len(names))) == {code for code in codes if code >= 0}


@pytest.mark.parametrize(
    "day",
    ["2020-02-29", datetime.date(2020, 2, 29), datetime.datetime(2020, 2, 29), pd.Timestamp("2020-02-29")],
)
def test_a_day_has_one_name_as_text_as_a_date_and_as_a_midnight(day: object) -> None:
    assert canonical_names(pd.Series([day])) == ["2020-02-29"]
    assert canonical_name(day) == "2020-02-29"


def test_times_of_one_day_keep_names_of_their_own() -> None:
    times = ["2020-02-29T10:30", "2020-02-29T10:31", "2020-02-29T00:00:00.000001", "2020-02-29T00:00+01:00"]
    assert len({canonical_name(pd.Timestamp(time)) for time in times}) == len(times)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT, Decimal("NaN")])
def test_what_is_missing_has_no_name(missing: object) -> None:
    assert canonical_names(pd.Series(["a", missing], dtype=object)) == ["a", None]


@pytest.mark.parametrize("dtype", ["bool", "boolean", "object", "category", "bool[pyarrow]"])
def test_a_truth_value_is_called_true_or_false(dtype: str) -> None:
    assert canonical_names(pd.Series([True, False], dtype=dtype)) == ["True", "False"]


@lightly
@given(st.text())
def test_a_text_is_its_own_name(text: str) -> None:
    assert canonical_name(text) == text


@lightly
@given(NUMBERS | st.integers(-(10**30), 10**30) | st.booleans())
def test_a_name_that_is_read_again_stays_the_same(value: float | bool) -> None:
    assert read_name(canonical_name(value)) == canonical_name(value)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("7.0", "7"),
        ("007", "7"),
        ("-1.50", "-1.5"),
        ("1e3", "1000"),
        ("9007199254740993", "9007199254740993"),
        ("true", "True"),
        ("FALSE", "False"),
        ("", ""),
        ("7a", "7a"),
        ("Aden", "Aden"),
        ("2020-01-01", "2020-01-01"),
    ],
)
def test_text_is_read_as_the_number_or_truth_value_that_it_spells(spelling: str, name: str) -> None:
    assert read_name(spelling) == name


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


@pytest.mark.parametrize("unit", ["s", "ms"])
def test_a_year_beyond_four_digits_is_no_time(unit: str) -> None:
    days = np.array(["2020-05-01", "300000-01-01", "-100-01-01", "NaT"], dtype=f"datetime64[{unit}]")
    times = read_times(pd.Series(days))
    assert times.isna().tolist() == [False, True, True, True]
    assert str(times.dt.tz_localize("UTC").iloc[0]) == "2020-05-01 00:00:00+00:00"


def test_the_first_and_the_last_year_are_times_unless_a_zone_moves_them_out() -> None:
    read = read_times(pd.Series(["0001-01-01", "9999-12-31", "9999-12-31T23:00:00-12:00", "300000-01-01"]))
    assert read.isna().tolist() == [False, False, True, True]
