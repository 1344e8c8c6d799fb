"""One name, one number and one time for a value, however its column happened to be read."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from numbers import Number

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

LONGEST_NAME = 100
"""Characters of a name that a user gives: of a study, a task."""

LARGEST = float(np.finfo(np.float32).max)
"""The network computes in float32."""

YEARS = (1, 9999)
"""Those that ISO 8601 writes with four digits, the first and the last."""


def canonical_name(value: object) -> str:
    """The name of a key, a category or a class.

    A column of whole numbers turns into floats as soon as one value is missing, and a column of days into times with
    another file format: 7, 7.0 and Decimal("7.00") have one name, and so have a day and its midnight.
    """
    match value:
        case Decimal() if value.is_finite():
            return canonical_name(int(value) if value == int(value) else float(value))
        case float() | np.floating() if float(value).is_integer():
            return str(int(value))
        case date():
            return value.isoformat().removesuffix("T00:00:00")
        case _:
            return str(value)


def canonical_names(column: pd.Series) -> list[str | None]:
    """The names of a column's values; None where missing."""
    pairs: Iterable[tuple[object, bool]] = zip(column, column.isna(), strict=True)
    return [None if missing else canonical_name(value) for value, missing in pairs]


def coded_names(column: pd.Series) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The names of a column's values, each once, and the position of each row's among them [N]; −1 where missing.

    A name that millions of rows share is made once, and the rows take 8 bytes each.
    """
    if types.is_object_dtype(column.dtype) or isinstance(column.dtype, pd.ArrowDtype):
        # Equal objects may have several names: Python takes True for 1.
        column = pd.Series(canonical_names(column), dtype=object)
    codes, values = pd.factorize(column)
    # And several values one name, where categories are numbers and texts.
    alike, names = pd.factorize(np.array([canonical_name(value) for value in pd.Series(values)], dtype=object))
    return np.append(alike, -1)[codes], tuple(names)


def read_name(spelling: str) -> str:
    """The name that a value has once its column is read as numbers or as truth values.

    Examples:
        >>> [read_name(spelling) for spelling in ("7.0", "007", "TRUE", "7a")]
        ['7', '7', 'True', '7a']
    """
    if spelling.lower() in {"true", "false"}:
        return spelling.capitalize()
    for number in (int, float):
        with suppress(ValueError):
            return canonical_name(number(spelling))
    return spelling


def read_numbers(column: pd.Series) -> NDArray[np.float64]:
    """The values of a column, NaN where missing and where there is no number: a text, a date, a complex number.

    Truth values are 0 and 1. A number that float32 cannot hold, infinity included, carries no magnitude: as a missing
    one it cannot poison a mean or the network.
    """
    if isinstance(column.dtype, pd.ArrowDtype):
        column = column.astype(object)  # pandas misreads its decimals
    if not _may_hold_numbers(column):
        return np.full(len(column), np.nan)
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.abs(values) <= LARGEST, values, np.nan)


def truth_value(name: str) -> float:
    """1 or 0 for the name or the spelling of a truth value, NaN for anything else.

    Examples:
        >>> [truth_value(name) for name in ("True", "false", "1", "0.0", "yes")]
        [1.0, 0.0, 1.0, 0.0, nan]
    """
    return {"True": 1.0, "1": 1.0, "False": 0.0, "0": 0.0}.get(read_name(name), np.nan)


def read_truth_values(column: pd.Series) -> NDArray[np.float64]:
    """1 where the column says true or 1, 0 where it says false or 0, NaN where missing and for anything else."""
    codes, names = coded_names(column)
    return np.array([*map(truth_value, names), np.nan], dtype=np.float64)[codes]


def read_times(column: pd.Series) -> pd.Series:
    """The ISO 8601 dates or times of a column, in UTC without a zone; NaT where missing and where there is none.

    Of numbers and periods there is none: pandas would take them for nanoseconds since 1970. Nor outside of `YEARS`.
    """
    if not may_hold_times(column):
        return pd.Series(pd.NaT, index=column.index, name=column.name, dtype="datetime64[us]")
    if types.is_object_dtype(column.dtype):
        column = column.mask(column.map(lambda value: isinstance(value, Number)).astype(bool))
    times = pd.to_datetime(column, format="ISO8601", utc=True, errors="coerce").dt.tz_localize(None)
    # A column of seconds can hold the year 300000, of which nothing can be computed in microseconds.
    return times.where(times.dt.year.between(*YEARS)).astype(
        "datetime64[us]" if times.dt.unit in ("s", "ms") else times.dtype
    )


def may_hold_times(column: pd.Series) -> bool:
    """Whether a column of this type can hold times: numbers and periods are none."""
    return not types.is_numeric_dtype(column.dtype) and not isinstance(column.dtype, pd.PeriodDtype)


def _may_hold_numbers(column: pd.Series) -> bool:
    dtype = column.dtype.categories.dtype if isinstance(column.dtype, pd.CategoricalDtype) else column.dtype
    plain = types.is_numeric_dtype(dtype) or types.is_object_dtype(dtype) or types.is_string_dtype(dtype)
    return plain and not types.is_complex_dtype(dtype)
