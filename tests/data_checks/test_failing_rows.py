from typing import Any

import numpy as np
import pandas as pd
import pytest

from data_checks.check_values import (
    BETWEEN,
    COVERED,
    DISTINCT,
    EXISTS,
    IN_SET,
    NOT_NULL,
    OF_TYPE,
    OF_TYPES,
    ROW_COUNT,
    UNIQUE,
    UNIQUE_TOGETHER,
    Check,
)
from data_checks.failing_rows import describe_rows, failing_rows
from data_checks.suites import NUMERIC_TYPES

NUMBERS: dict[str, Any] = {"column": "x", "type_list": list(NUMERIC_TYPES)}


def rows(values: pd.Series, expectation: str, **kwargs: object) -> list[int]:
    check = Check(expectation, {"column": "x", **kwargs}, "x", "spec.yaml:1")
    return np.flatnonzero(failing_rows(pd.DataFrame({"x": values}), check)).tolist()


@pytest.mark.parametrize(
    ("values", "kwargs", "expected"),
    [
        ([0, 5, 10, 11, -1], {"min_value": 0, "max_value": 10}, [3, 4]),
        ([0, 5, 11], {"min_value": 1, "max_value": None}, [0]),
        ([0, 5, 11], {"min_value": None, "max_value": 10}, [2]),
        ([np.nan, 5.0, np.inf], {"min_value": 0, "max_value": 10}, [2]),
        ([None, 12], {"min_value": 0, "max_value": 10}, [1]),
    ],
)
def test_values_outside_bounds(values: list[float | None], kwargs: dict[str, Any], expected: list[int]) -> None:
    assert rows(pd.Series(values), BETWEEN, **kwargs) == expected
    assert rows(pd.Series(values, dtype="Float64"), BETWEEN, **kwargs) == expected


@pytest.mark.parametrize(
    ("values", "allowed", "expected"),
    [
        (["a", "b", None, "c"], ["a", "b"], [3]),
        ([0.0, 1.0, np.nan, 2.0], [0, 1], [3]),
        ([True, False], [0, 1], []),
        (["0", "1"], [0, 1], [0, 1]),
    ],
)
def test_values_outside_a_set(values: list[object], allowed: list[object], expected: list[int]) -> None:
    assert rows(pd.Series(values), IN_SET, value_set=allowed) == expected


@pytest.mark.parametrize("expectation", [NOT_NULL, COVERED])
def test_empty_cells(expectation: str) -> None:
    assert rows(pd.Series(["a", None, "b", np.nan]), expectation) == [1, 3]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.Series([1, "x", None, 2.5, np.float32(3)], dtype=object), [1]),
        (pd.Series(["1", "2", "many", None]), [2]),
        (pd.Series(["1", "2", None]), [0, 1]),
        (pd.Series(pd.to_datetime(["2024-01-01"])), [0]),
    ],
)
def test_cells_that_hold_no_number(values: pd.Series, expected: list[int]) -> None:
    assert rows(values, OF_TYPES, **NUMBERS) == expected


def test_cells_that_hold_no_text() -> None:
    assert rows(pd.Series(["a", 1, None, "b"], dtype=object), OF_TYPE, type_="str") == [1]


def test_rows_that_share_a_key() -> None:
    assert rows(pd.Series([1, 2, 1, None, None]), UNIQUE) == [0, 2]
    table = pd.DataFrame({"a": [1, 1, 1, None, None], "b": ["x", "y", "x", "x", "x"]})
    check = Check(UNIQUE_TOGETHER, {"column_list": ["a", "b"]}, "a, b", "spec.yaml:1")
    assert np.flatnonzero(failing_rows(table, check)).tolist() == [0, 2]


@pytest.mark.parametrize("expectation", [DISTINCT, EXISTS, ROW_COUNT])
def test_some_checks_are_not_about_rows(expectation: str) -> None:
    assert rows(pd.Series([1, 1, None]), expectation) == []


def test_a_row_is_shown_by_its_key_and_its_cell() -> None:
    table = pd.DataFrame({"id": range(10), "x": [5] * 10}, index=range(100, 110))
    shown = describe_rows(table, ["id"], ["id", "x"], np.arange(10) >= 3)
    assert shown == tuple((f"id={row}", "x=5") for row in range(3, 8))


def test_a_row_without_its_key_is_shown_by_its_position() -> None:
    table = pd.DataFrame({"x": [5, 6]}, index=[100, 101])
    assert describe_rows(table, ["id"], ["x"], np.array([False, True])) == (("row=1", "x=6"),)
    assert describe_rows(table, [], ["x"], np.array([False, True])) == (("row=1", "x=6"),)


def test_a_long_text_is_shortened_to_one_line() -> None:
    table = pd.DataFrame({"id": [1], "x": ["one\n  two " + "z" * 200]})
    ((_, shown),) = describe_rows(table, ["id"], ["id", "x"], np.array([True]))
    assert shown.startswith("x=one two zz")
    assert shown.endswith("…")
    assert len(shown) == len("x=") + 80
