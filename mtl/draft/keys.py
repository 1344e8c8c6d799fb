"""Columns that name a row."""

from collections.abc import Callable, Sequence
from itertools import combinations

import pandas as pd

from mtl.draft.column_look import ColumnLook, words_of

PLACES = (
    "date",
    "time",
    "day",
    "month",
    "year",
    "visit",
    "seq",
    "number",
    "no",
    "nr",
    "step",
    "order",
    "line",
    "version",
)
"""Words of columns that, with the name of something, name a row."""

MOST_TRIED = 8
LARGEST = 3
"""Columns of a key."""


def find_key(
    looks: Sequence[ColumnLook], table: pd.DataFrame, labels: Sequence[str], unique: Callable[[Sequence[str]], bool]
) -> tuple[str, ...]:
    """The columns that name a row, or none.

    Args:
        looks: the columns of the table.
        table: rows that were seen.
        labels: columns that are no key, for they are asked.
        unique: whether columns have other cells in every row, of all that there are.
    """
    able = [look for look in looks if look.exact and not look.missing and look.name not in labels]
    single = [look for look in able if look.distinct == len(table) and _names_rows(look, table, looks[0].name)]
    for look in sorted(single, key=lambda each: (not each.named_as_key, each.kind == "datetime")):
        if unique([look.name]):
            return (look.name,)
    parts = [look.name for look in able if look.named_as_key or look.kind == "datetime" or _is_place(look)][:MOST_TRIED]
    for size in range(2, LARGEST + 1):
        for names in combinations(parts, size):
            if not table.duplicated(list(names)).any() and unique(names):
                return names
    return ()


def _names_rows(look: ColumnLook, table: pd.DataFrame, first: str) -> bool:
    """A number that differs in all rows may be measured all the same, unless its name or its place says otherwise."""
    if look.kind != "numeric":
        return True
    counted = look.least is not None and look.most is not None and look.most - look.least == len(table) - 1
    return look.named_as_key or look.name == first or counted


def _is_place(look: ColumnLook) -> bool:
    return bool(set(words_of(look.name).split("_")) & set(PLACES))
