"""Dates that are not spelled as ISO 8601 says: 31.12.2024, 12/31/2024, 20241231."""

from collections.abc import Mapping

import pandas as pd
from pandas.api import types

from mtl.errors import DataError
from mtl.names import canonical_name


def with_dates(table: pd.DataFrame, spelled: Mapping[str, str]) -> pd.DataFrame:
    """The table with times in place of the cells of some columns.

    Args:
        table: rows as they were read.
        spelled: by column, how each of its dates is written, in the letters of `strptime`: `%d.%m.%Y`.

    Raises:
        DataError: a cell that is there and is written in another way.
    """
    return table.assign(**{name: _as_times(table[name], spelling) for name, spelling in spelled.items()})


def read_spelled(column: pd.Series, spelling: str) -> pd.Series:
    """The times of a column; NaT where missing, and where a cell is written in another way."""
    if types.is_datetime64_any_dtype(column.dtype):
        return column
    cells = column.map(canonical_name, na_action="ignore").astype("str")
    times: pd.Series = pd.to_datetime(cells.str.strip(), format=spelling, errors="coerce", utc="%z" in spelling)
    return times


def _as_times(column: pd.Series, spelling: str) -> pd.Series:
    times = read_spelled(column, spelling)
    unread = (times.isna() & column.notna()).to_numpy()
    if unread.any():
        row = int(unread.argmax())
        raise DataError(
            f"column '{column.name}' holds {column.iloc[row]!r} in row {row}; expected dates that are written"
            f" {spelling}, as data.dates says"
        )
    return times
