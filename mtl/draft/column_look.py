"""What a column is, from the cells that were seen."""

import re
from dataclasses import dataclass
from datetime import date
from numbers import Number
from typing import Literal

import numpy as np
import pandas as pd
from pandas.api import types

from mtl.draft.date_spellings import DateSpelling, date_spelling
from mtl.names import canonical_name, read_numbers, read_times

ColumnKind = Literal[
    "numeric", "categorical", "boolean", "datetime", "text", "identifier", "amounts", "constant", "empty", "unusable"
]
"""What a column is: a kind of feature, or none; `amounts` are numbers with signs, which are read as words."""

WORDS = 4
"""Words of an average cell from which on a column is of texts."""

AMOUNTS = 200
"""Cells that tell amounts."""

NAMING = 0.5
"""Share of different cells from which on words name rows, and are no categories."""

FEW = 20
"""Different texts that are answers to choose from, however long."""

IDENTIFIER = re.compile(r"(^|_)(id|ids|key|uuid|guid|pk|identifier|index|idx|rowid)(_|$|\d)")


SIGN = re.compile(r"[$€£¥%]|^\D{0,2}\d{1,3}([,.' ]\d{3})+")
AMOUNT = re.compile(r"[-+(]?[$€£¥]?\s*[-+]?\d[\d.,' ]*\s*[$€£¥%]?\)?")
"""A number with a sign or with thousands apart."""


@dataclass(frozen=True)
class ColumnLook:
    """A column, as far as it was seen.

    Attributes:
        name: its name.
        kind: what its cells are.
        distinct: different cells.
        missing: share of the cells that are empty, or hold a mark.
        least: the smallest number; None where there are none.
        most: the largest.
        exact: whether its cells can tell rows apart: no measured number, which two rows may share by chance or not.
        spelling: how its dates are written.
    """

    name: str
    kind: ColumnKind
    distinct: int
    missing: float
    least: float | None = None
    most: float | None = None
    exact: bool = False
    spelling: DateSpelling | None = None

    @property
    def named_as_key(self) -> bool:
        """Whether its name says that it identifies something."""
        return bool(IDENTIFIER.search(words_of(self.name)))


def words_of(name: str) -> str:
    """A name in small letters, its words apart: `customerID` is customer_id."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^\w]+|_+", "_", apart).strip("_").lower()


def look_at_column(name: str, column: pd.Series) -> ColumnLook:
    """What a column is; its marks of missing values are missing already."""
    known = column.dropna()
    missing = 1.0 - len(known) / max(1, len(column))
    if known.empty:
        return ColumnLook(name, "empty", 0, missing)
    try:
        distinct = int(known.nunique())
    except TypeError:  # lists, which cannot be compared
        return ColumnLook(name, "unusable", 0, missing)
    if distinct == 1:
        return ColumnLook(name, "constant", 1, missing)
    kind, spelling = _kind(name, known, distinct)
    numbers = read_numbers(known) if kind in ("numeric", "boolean") else np.zeros(0)
    finite = numbers[np.isfinite(numbers)]
    least, most = (float(finite.min()), float(finite.max())) if len(finite) else (None, None)
    return ColumnLook(name, kind, distinct, missing, least, most, _is_exact(kind, known), spelling)


def _kind(name: str, known: pd.Series, distinct: int) -> tuple[ColumnKind, DateSpelling | None]:
    if types.is_datetime64_any_dtype(known.dtype) or (
        types.is_object_dtype(known.dtype) and known.map(lambda cell: isinstance(cell, date)).all()
    ):
        return ("datetime", DateSpelling()) if read_times(known).notna().all() else ("unusable", None)
    numeric = types.is_numeric_dtype(known.dtype) and not types.is_complex_dtype(known.dtype)
    if numeric or (types.is_object_dtype(known.dtype) and known.map(lambda cell: isinstance(cell, Number)).all()):
        return _kind_of_numbers(name, known, distinct)
    if (
        isinstance(known.dtype, pd.StringDtype | pd.CategoricalDtype)
        or known.map(lambda cell: isinstance(cell, str)).all()
    ):
        return _kind_of_words(name, known.astype("str"), distinct)
    return "unusable", None


def _kind_of_numbers(name: str, known: pd.Series, distinct: int) -> tuple[ColumnKind, DateSpelling | None]:
    if set(known.unique()) <= {0, 1}:
        return "boolean", None
    if not np.isfinite(read_numbers(known)).all():
        return "unusable", None
    if spelling := date_spelling(known) if distinct > 2 else None:
        return "datetime", spelling
    if IDENTIFIER.search(words_of(name)) and distinct > NAMING * len(known) and _whole(known):
        return "identifier", None
    return "numeric", None


def _kind_of_words(name: str, known: pd.Series, distinct: int) -> tuple[ColumnKind, DateSpelling | None]:
    if spelling := date_spelling(known):
        return "datetime", spelling
    if all(AMOUNT.fullmatch(cell) and SIGN.search(cell) for cell in known.head(AMOUNTS)):
        return "amounts", None
    if distinct > FEW and np.mean([len(cell.split()) for cell in known.head(1000)]) >= WORDS:
        return "text", None
    return ("identifier" if distinct > max(FEW, NAMING * len(known)) else "categorical"), None


def _is_exact(kind: ColumnKind, known: pd.Series) -> bool:
    if kind in ("identifier", "categorical", "datetime"):
        return True
    return kind == "numeric" and types.is_integer_dtype(known.dtype)


def _whole(known: pd.Series) -> bool:
    return bool((read_numbers(known) % 1 == 0).all())


def shown_cells(column: pd.Series, most: int = 3) -> str:
    """A few cells, for messages."""
    return ", ".join(canonical_name(cell)[:30] for cell in column.dropna().drop_duplicates().head(most))
