from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal

from data_checks.roles import roles
from data_checks.table import as_checked
from mtl.spec import ColumnCheck
from tests.data_checks.visits import visits_spec, visits_table

ROLES = roles(visits_spec())


def checked(column: str, values: pd.Series) -> pd.Series:
    return as_checked(pd.DataFrame({column: values}), ROLES)[column]


def test_it_has_the_columns_of_the_spec_and_rows_numbered_from_0() -> None:
    table = visits_table().sample(frac=1, random_state=0)
    seen = as_checked(table, ROLES)
    assert list(seen.columns) == list(visits_spec().columns)
    assert seen.index.equals(pd.RangeIndex(len(table)))
    assert seen["person"].tolist() == table["person"].tolist()


def test_a_missing_column_and_one_that_stands_twice_are_not_there() -> None:
    table = pd.concat([visits_table().drop(columns="age"), visits_table()[["region"]]], axis=1)
    assert set(visits_spec().columns) - set(as_checked(table, ROLES).columns) == {"age", "region"}


@pytest.mark.parametrize("dtype", ["int8", "int32", "uint8", "uint64", "Int16", "int32[pyarrow]"])
def test_whole_numbers_are_widened(dtype: str) -> None:
    assert_series_equal(checked("beds", pd.Series([1, 2], dtype=dtype)), pd.Series([1, 2], name="beds"))


@pytest.mark.parametrize("dtype", ["Int16", "int32[pyarrow]"])
def test_missing_whole_numbers_stay_missing(dtype: str) -> None:
    seen = checked("beds", pd.Series([1, None], dtype=dtype))
    assert_series_equal(seen, pd.Series([1, None], dtype="Int64", name="beds"))


def test_whole_numbers_beyond_int64_keep_their_value() -> None:
    assert checked("beds", pd.Series([2**64 - 1], dtype="uint64")).tolist() == [2**64 - 1]


@pytest.mark.parametrize("dtype", ["float16", "float32", "Float32", "float[pyarrow]"])
def test_broken_numbers_are_widened(dtype: str) -> None:
    seen = checked("beds", pd.Series([0.5, None], dtype=dtype))
    assert_series_equal(seen, pd.Series([0.5, np.nan], name="beds"))


def test_a_narrow_number_on_a_bound_lies_on_the_wide_bound() -> None:
    bound = np.float32(400.7)
    values = [bound, np.nextafter(bound, np.float32(0)), np.nextafter(bound, np.float32(1000))]
    on, below, above = checked("weight", pd.Series(values, dtype="float32"))
    assert on == 400.7
    assert below < 400.7 < above


def test_an_infinite_cell_is_not_taken_for_a_bound_beyond_the_type() -> None:
    bounds = ColumnCheck(min=-1e6, max=1e6)  # infinite in 16 bits
    role = replace(next(role for role in ROLES if role.column == "weight"), check=bounds)
    table = pd.DataFrame({"weight": pd.Series([np.inf, -np.inf, 1.0], dtype="float16")})
    assert as_checked(table, (role,))["weight"].tolist() == [np.inf, -np.inf, 1.0]


@pytest.mark.parametrize("dtype", ["boolean", "bool[pyarrow]"])
def test_nullable_truth_values_have_one_type(dtype: str) -> None:
    seen = checked("smoker", pd.Series([True, None], dtype=dtype))
    assert_series_equal(seen, pd.Series([True, None], dtype="boolean", name="smoker"))


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (pd.Series(["2024-05-01", "2024-05-01T10:00:00", "soon", None]), [True, True, False, False]),
        (pd.Series([pd.Timestamp("2024-05-01"), pd.NaT]), [True, False]),
        (pd.Series([pd.Timestamp("2024-05-01").date()], dtype=object), [True]),
        (pd.Series([20240501, 3]), [False, False]),
    ],
)
def test_a_day_is_there_when_a_date_can_be_read(values: pd.Series, read: list[bool]) -> None:
    assert checked("day", values).notna().tolist() == read
