"""Cells that hold a mark in place of a missing value: `NA`, `?`, −999."""

from collections.abc import Sequence
from typing import TypeAlias

import pandas as pd
from pandas.api import types

from mtl.names import canonical_name, read_name

Mark: TypeAlias = str | int | float

MARKS = ("NA", "N/A", "n/a", "na", "#N/A", "<NA>", "NULL", "null", "None", "NaN", "nan", "?", "-")
"""What other programs write where there is no value."""


def without_marks(table: pd.DataFrame, columns: Sequence[str], marks: Sequence[Mark]) -> pd.DataFrame:
    """The table with each cell of `columns` missing that holds one of `marks`, or the number that it spells.

    What is left of a column of texts is read as numbers if all of it is: a mark among numbers made texts of them.
    """
    known = {read_name(canonical_name(mark)) for mark in marks}
    return table.assign(**{name: _without(table[name], known) for name in columns}) if known else table


def _without(column: pd.Series, known: set[str]) -> pd.Series:
    values = column.dropna()
    if types.is_bool_dtype(column.dtype) or values.empty:
        return column
    marked = [value for value in values.unique() if read_name(canonical_name(value)) in known]
    if not marked:
        return column
    left = column.mask(column.isin(marked))
    if not isinstance(column.dtype, pd.StringDtype):
        return left
    try:
        numbers: pd.Series = pd.to_numeric(left)
    except ValueError:
        return left
    return numbers
