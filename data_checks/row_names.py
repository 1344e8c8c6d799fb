"""Features that name rows instead of saying something about them: what is learned of them holds for no other row."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from pandas.api import types

from data_checks.finding import Finding
from data_checks.near_labels import asked_rows
from data_checks.table import hashable
from mtl.data.stored_table import AnyTable, in_memory, rows_at
from mtl.names import read_numbers
from mtl.spec import Spec

NAME = "no_feature_names_rows"

FEWEST_ROWS = 100

MOSTLY = 0.9
"""Share of rows with a category of their own from which on a column of categories is told of."""

DENSE = 2
"""Whole numbers that differ in all rows are names where they lie in a range of so many for each row."""


def row_names(spec: Spec, table: AnyTable) -> Iterator[Finding]:
    """Warnings on features that are the key, that count the rows, or that are another word for each row."""
    some = in_memory(rows_at(table, asked_rows(len(table))), list(spec.features.columns))
    for column in spec.features.columns:
        named = column in spec.features.by_kind.get("categorical", ())
        why = "it is in data.key" if spec.data.key == (column,) else _why(hashable(some[column]), len(table), named)
        if why:
            message = (
                f"{column}: what rows have in common, as a feature; {why}, so that nothing learned of it holds for"
                f" another row; remove it from the features ({spec.place('features')})"
            )
            yield Finding(NAME, column, "warning", message)


def _why(some: pd.Series, rows: int, categorical: bool) -> str:
    known = some.dropna()
    if len(known) < FEWEST_ROWS:
        return ""
    distinct = known.nunique()
    if categorical:
        return f"{distinct} of {len(known)} rows that were asked have a value of their own" * (
            distinct > MOSTLY * len(known)
        )
    counts_rows = distinct == len(known) and types.is_numeric_dtype(known.dtype) and _counts(known, rows)
    return "it is another whole number in each row, and seems to count them" if counts_rows else ""


def _counts(known: pd.Series, rows: int) -> bool:
    numbers = read_numbers(known)
    whole = bool((numbers == np.floor(numbers)).all())
    return whole and float(np.ptp(numbers)) < DENSE * rows
