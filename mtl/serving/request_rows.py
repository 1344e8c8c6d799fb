"""A table of raw values → the table that a bundle predicts from, or the one thing that is wrong with it."""

from collections.abc import Sequence

import pandas as pd

from mtl.hints import did_you_mean
from mtl.serving.predictor import InputColumn
from mtl.serving.request_body import RawTable, RequestError, kind_of


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
        hint = did_you_mean(unknown[0], wanted)
        raise RequestError(f"column '{unknown[0]}' is not one of the model's; {hint}columns: {', '.join(wanted)}")
    missing = [name for name in wanted if name not in table.cells]
    if missing:
        got = ", ".join(table.cells) or "no column"
        raise RequestError(f"column '{missing[0]}' is missing: expected {', '.join(wanted)}; got {got}")


def _values(column: InputColumn, table: RawTable) -> "pd.Series[float] | pd.Series[str]":
    values = [_read(column, row, value, table.spelled) for row, value in enumerate(table.cells[column.name])]
    return pd.Series(values, dtype="float64" if column.cell.type == "number" else object)


def _read(column: InputColumn, row: int, value: object, spelled: bool) -> float | str | None:
    try:
        return column.cell.read(value, spelled)
    except ValueError as expected:
        shown = f" {ascii(value)[:60]}" if isinstance(value, str | int | float) else ""
        got = f"{kind_of(value)}{shown} in row {row}"
        raise RequestError(f"column '{column.name}' expects {expected}; got {got}") from None
