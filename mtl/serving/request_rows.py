"""A table of raw values → the table that a bundle predicts from, or the one thing that is wrong with it."""

import math
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mtl.hints import did_you_mean
from mtl.serving.predictor import InputColumn
from mtl.serving.request_body import RawTable, RequestError, kind_of, some_of
from mtl.serving.row_layout import PLAIN_NUMBERS
from mtl.shown import shortened

AT_ONCE = 1024
"""Cells that are read together. Among so many the one that is wrong is looked for."""


def validate(table: RawTable, columns: Sequence[InputColumn], key: Sequence[str] = (), first: int = 0) -> pd.DataFrame:
    """The rows with the model's columns in order: numbers as float64, the others as strings or None.

    Columns of `key`, which say whose rows they are, may be there or not: the model reads nothing of them.
    Raises RequestError (400) that names the columns that are missing, or the column, the row (the first one is number
    `first`), what was expected and what came.
    """
    _require_known(table.cells, columns, key)
    require_columns(table.cells, columns)
    read = {column.name: _values(column, table, first) for column in columns}
    if not len(read[columns[0].name]):
        raise RequestError("the input must have at least one row; got none")
    return pd.DataFrame(read)


def _require_known(names: Collection[str], columns: Sequence[InputColumn], key: Sequence[str]) -> None:
    wanted = {column.name: None for column in columns}
    unknown = next((name for name in names if name not in wanted and name not in key), None)
    if unknown is not None:
        shown = shortened(unknown)
        hint = did_you_mean(shown, wanted)
        raise RequestError(f"column '{shown}' is not one of the model's; {hint}columns: {some_of(wanted)}")


def require_columns(names: Collection[str], columns: Sequence[InputColumn]) -> None:
    """Raise RequestError that names all columns of the model that are not among `names`."""
    wanted = [column.name for column in columns]
    missing = [name for name in wanted if name not in names]
    if missing:
        first, others = missing[0], some_of(f"'{name}'" for name in missing[1:])
        more = f", and so {'are' if len(missing) > 2 else 'is'} {others}" if others else ""
        got = some_of(names) or "no column"
        raise RequestError(f"column '{first}' is missing{more}: expected {some_of(wanted)}; got {got}")


def _values(column: InputColumn, table: RawTable, first: int) -> "pd.Series[float] | pd.Series[str]":
    cells = table.cells[column.name]
    number = column.cell.type == "number"
    together = _numbers_together if number else _strings_together
    read: list[float | str | None] = []
    for start in range(0, len(cells), AT_ONCE):
        some = cells[start : start + AT_ONCE]
        known = together(column, some, table.spelled)
        read += (
            [_read(column, row, cell, table.spelled) for row, cell in enumerate(some, first + start)]
            if known is None
            else known
        )
    return pd.Series(read, dtype="float64" if number else object)


def _numbers_together(column: InputColumn, cells: Sequence[Any], spelled: bool) -> Sequence[float] | None:
    """None where a cell must be read by itself."""
    if not (PLAIN_NUMBERS | {str} if spelled else PLAIN_NUMBERS).issuperset(map(type, cells)):
        return None
    try:
        numbers = [math.nan if cell is None else float(cell) for cell in cells]
    except (ValueError, OverflowError):
        return None
    missing = sum(cell is None or (isinstance(cell, float) and math.isnan(cell)) for cell in cells)
    block = np.array(numbers)
    # What is spelled as NaN is not missing.
    known = np.isnan(block).sum() == missing and column.cell.all_read(block[:, np.newaxis])
    return numbers if known else None


def _strings_together(column: InputColumn, cells: Sequence[object], spelled: bool) -> Sequence[str | None] | None:
    """Strings, of which a date takes long to be read by itself; None where one must be."""
    filled = [None if isinstance(cell, float) and math.isnan(cell) else cell for cell in cells]
    try:
        "".join(cell for cell in filled if isinstance(cell, str)).encode()
    except UnicodeEncodeError:
        return None
    return column.cell.read_all(filled)


def _read(column: InputColumn, row: int, value: object, spelled: bool) -> float | str | None:
    try:
        return column.cell.read(value, spelled)
    except ValueError as expected:
        shown = f" {ascii(value)[:60]}" if isinstance(value, str | int | float) else ""
        got = f"{kind_of(value)}{shown} in row {row}"
        raise RequestError(f"column '{column.name}' expects {expected}; got {got}") from None
