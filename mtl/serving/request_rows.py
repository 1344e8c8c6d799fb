"""A table of raw values → the table that a bundle predicts from, or the one thing that is wrong with it."""

import difflib
import math
from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import pandas as pd

from mtl.names import canonical_name
from mtl.serving.predictor import InputColumn
from mtl.serving.request_body import RawTable, RequestError, kind_of

LARGEST = float(np.finfo(np.float32).max)
"""The network computes in float32."""


def validate(table: RawTable, columns: Sequence[InputColumn]) -> pd.DataFrame:
    """The rows with the model's columns in order: numbers as float64, the others as strings or None.

    Raises RequestError (400) that names the column, the row (from 0), what was expected and what came.
    """
    _require_columns(table, columns)
    if table.rows == 0:
        raise RequestError("the input must have at least one row; got none")
    return pd.DataFrame({column.name: _values(column, table) for column in columns})


def _require_columns(table: RawTable, columns: Sequence[InputColumn]) -> None:
    wanted = [column.name for column in columns]
    unknown = [name for name in table.cells if name not in wanted]
    if unknown:
        close = difflib.get_close_matches(unknown[0], wanted, n=1)
        hint = f"; did you mean '{close[0]}'?" if close else ""
        raise RequestError(f"column '{unknown[0]}' is not one of the model's: {', '.join(wanted)}{hint}")
    missing = [name for name in wanted if name not in table.cells]
    if missing:
        got = ", ".join(table.cells) or "no column"
        raise RequestError(f"column '{missing[0]}' is missing: expected {', '.join(wanted)}; got {got}")


def _values(column: InputColumn, table: RawTable) -> "pd.Series[float] | pd.Series[str]":
    values = table.cells[column.name]
    if column.kind == "numeric":
        numbers = [_number(column.name, row, value, table.spelled) for row, value in enumerate(values)]
        return pd.Series(numbers, dtype="float64")
    strings = [_string(column, row, value) for row, value in enumerate(values)]
    return pd.Series(strings, dtype=object)


def _number(name: str, row: int, value: object, spelled: bool) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool | int | float) or (spelled and isinstance(value, str)):
        with suppress(ValueError, OverflowError):
            number = float(value)
            if math.isnan(number) or abs(number) <= LARGEST:
                return number
    raise _wrong(name, row, "a number or null", value)


def _string(column: InputColumn, row: int, value: object) -> str | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise _wrong(column.name, row, "a string of Unicode characters or null", value)
        return value
    # A category may be a number in the data; a text may not.
    if column.kind == "categorical" and isinstance(value, bool | int | float):
        return canonical_name(value)
    raise _wrong(column.name, row, "a string or null", value)


def _wrong(name: str, row: int, expected: str, value: object) -> RequestError:
    shown = f" {ascii(value)[:60]}" if isinstance(value, str | int | float) else ""
    return RequestError(f"column '{name}' expects {expected}; got {kind_of(value)}{shown} in row {row}")
