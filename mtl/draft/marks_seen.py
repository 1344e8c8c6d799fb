"""What stands for missing values in a table: words and numbers that no cell means."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api import types

from mtl.data.missing_marks import MARKS, Mark, without_marks
from mtl.data.number_marks import NINES, marks_in
from mtl.data.number_marks import Mark as NumberMark
from mtl.draft.some_names import some
from mtl.names import read_numbers

TAKEN, WRITE = "taken for missing; remove it from data.missing if it is a value", "write it under data.missing"

MOST_WORDS = 10_000
"""Different cells of a column that are looked through."""


@dataclass(frozen=True)
class MarksSeen:
    """What a spec should say under `data.missing`, and why.

    Attributes:
        marks: what is taken for missing everywhere.
        doubts: a line for each mark that may be a value after all, and for each value that may be a mark.
    """

    marks: tuple[Mark, ...]
    doubts: tuple[str, ...]


def marks_seen(table: pd.DataFrame) -> MarksSeen:
    """Marks of the columns of a table.

    A number counts as one if it is of nines, or the only negative, and no other column holds it among its values: a
    spec has one list of marks for all columns.
    """
    words = _words(table)
    worded = sorted({name for names in words.values() for name in names})
    numbers = _numbers(without_marks(table, worded, tuple(words)) if words else table)
    meant: list[Mark] = []
    doubts = [f"{some(names)}: '{word}' is {TAKEN}" for word, names in words.items()]
    for mark, names in numbers.items():
        elsewhere = [name for name in _holding(table, mark.value) if name not in names]
        shown = f"{some(names)}: {mark.value:g}"
        if elsewhere:
            doubts.append(f"{shown} may mean missing, but {some(elsewhere)} hold it, too: if not, {WRITE}")
        elif NINES.fullmatch(f"{mark.value:g}") or mark.value < 0 <= mark.least:
            meant.append(int(mark.value) if mark.value.is_integer() else mark.value)
            doubts.append(f"{shown}, far from all other values, is {TAKEN}")
        else:
            doubts.append(f"{shown} stands far from the other values: if it means missing, {WRITE}")
    return MarksSeen((*meant, *words, *_infinite(table)), tuple(doubts))


def _words(table: pd.DataFrame) -> dict[str, list[str]]:
    """Words that stand for no value, with the columns that hold them."""
    found: dict[str, list[str]] = {}
    for name, column in table.items():
        if not isinstance(column.dtype, pd.StringDtype) and not types.is_object_dtype(column.dtype):
            continue
        cells = column.dropna().map(str).unique()
        for word in sorted({cell for cell in cells[:MOST_WORDS] if cell.strip() in MARKS}):
            found.setdefault(word, []).append(str(name))
    return found


def _numbers(table: pd.DataFrame) -> dict[NumberMark, list[str]]:
    found: dict[float, tuple[NumberMark, list[str]]] = {}
    for name, column in table.items():
        if types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype):
            values = read_numbers(column)
            for mark in marks_in(values[~np.isnan(values)]):
                found.setdefault(mark.value, (mark, []))[1].append(str(name))
    return dict(found.values())


def _infinite(table: pd.DataFrame) -> list[str]:
    """Infinities, which are no numbers to learn from."""
    floats = table.select_dtypes("float").to_numpy()
    return [word for word, value in (("inf", np.inf), ("-inf", -np.inf)) if (floats == value).any()]


def _holding(table: pd.DataFrame, number: float) -> Iterator[str]:
    for name, column in table.items():
        if types.is_numeric_dtype(column.dtype) and (column == number).any():
            yield str(name)
