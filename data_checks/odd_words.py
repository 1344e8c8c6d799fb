"""Words that may not mean what they say: marks of missing values, one category spelled in several ways."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd

from data_checks.finding import Finding
from data_checks.odd_numbers import MARK
from data_checks.roles import Role
from mtl.data.missing_marks import MARKS
from mtl.spec import Spec

SPELLING = "one_spelling_of_each_category"

UNSEEN = {"Cc", "Cf"}
"""Kinds of characters that nobody sees: controls, and what has no width."""

LOOKALIKES = str.maketrans("авекмнорстухіјѕαορτυνικε", "abekmhopctyxijsaoptuvike")
"""Small letters of Cyrillic and Greek, and the Latin ones that they look like."""

SHOWN = 3
MOST_CATEGORIES = 10_000
"""Spellings that are compared; more of them are no categories."""


def odd_words(spec: Spec, role: Role, column: pd.Series) -> Iterator[Finding]:
    """Warnings on a column of texts or categories."""
    names = column.dropna().astype(str)
    marked = [name for name in names.unique() if name.strip() in MARKS]
    if marked:
        rows = np.flatnonzero(column.astype(str).isin(marked) & column.notna())
        yield Finding(
            MARK,
            role.column,
            "warning",
            f"{role.column}: a word for each value; {len(rows)} of {len(column)} rows hold {_listed(marked)}, which is"
            f" read as a value like any other; if it stands for a missing one, write"
            f" `missing: [{', '.join(marked)}]` under data ({spec.place('data')})",
            rows,
        )
    if "texts" not in role.holds:
        yield from _spellings(spec, role, column, names)


def _spellings(spec: Spec, role: Role, column: pd.Series, names: pd.Series) -> Iterator[Finding]:
    counts = names.value_counts()
    if len(counts) > MOST_CATEGORIES:
        return
    alike: dict[str, list[str]] = defaultdict(list)
    for name in counts.index:
        alike[_as_seen(name)].append(name)
    several = [found for found in alike.values() if len(found) > 1]
    if several:
        rare = [name for found in several for name in found[1:]]
        rows = np.flatnonzero(column.astype(str).isin(rare) & column.notna())
        pairs = "; ".join(_listed(found) for found in several[:SHOWN])
        yield Finding(
            SPELLING,
            role.column,
            "warning",
            f"{role.column}: one spelling of each category; {len(several)} are spelled in several ways ({pairs}), each"
            f" of which is a category of its own; make them one in the data, or list them under checks.columns"
            f" ({spec.place('checks')})",
            rows,
        )


def _as_seen(name: str) -> str:
    """The same for names that look, or are read, alike: without cases, spaces at the ends and what nobody sees."""
    letters = unicodedata.normalize("NFKC", name.casefold()).translate(LOOKALIKES)
    kept = (" " if letter in "\t\n\r" else letter for letter in letters if _is_seen(letter))
    return " ".join("".join(kept).split())


def _is_seen(letter: str) -> bool:
    return letter in "\t\n\r" or unicodedata.category(letter) not in UNSEEN


def _listed(names: list[str]) -> str:
    return ", ".join(map(repr, names[:SHOWN])) + (", …" if len(names) > SHOWN else "")
