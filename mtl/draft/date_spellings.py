"""How the dates of a column are written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from pandas.api import types

from mtl.data.spelled_dates import read_spelled
from mtl.names import canonical_name, read_times

DAYS = (
    "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d.%m.%y", "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d-%m-%Y",
    "%m-%d-%Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d%b%Y", "%Y%m%d",
)  # fmt: skip
"""Of two that fit alike the first is taken: with slashes the month first, with points and dashes the day."""

TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")

ISO = ""
"""The spelling that needs no word."""

FIRST = 50
"""Different cells that rule out most spellings before all are looked at."""

YEARS = (1900, 2100)
"""Between which eight digits are taken for a day."""

DAY_NUMBERS = (10_000 * YEARS[0], 10_000 * YEARS[1])


@dataclass(frozen=True)
class DateSpelling:
    """How the dates of a column are written.

    Attributes:
        written: in the letters of `strptime`; empty for ISO 8601.
        also: other spellings that every date could be of, with other days.
    """

    written: str = ISO
    also: tuple[str, ...] = ()


def date_spelling(column: pd.Series) -> DateSpelling | None:
    """How the cells of a column are written as dates, if all are.

    Args:
        column: cells that are there, of texts or numbers.
    """
    if types.is_numeric_dtype(column.dtype) and not column.between(*DAY_NUMBERS).all():
        return None
    cells = pd.Series(column.drop_duplicates().map(canonical_name).to_numpy(), dtype="str").str.strip()
    if types.is_numeric_dtype(column.dtype):
        return DateSpelling("%Y%m%d") if _all_days(cells, "%Y%m%d") and cells.str.fullmatch(r"\d{8}").all() else None
    if cells.str.match(r"\d{4}-\d\d").all() and read_times(cells).notna().all():
        return DateSpelling()
    if not cells.head(FIRST).str.contains(r"\d").all():
        return None
    found = [
        spelling
        for spelling in _candidates(cells)
        if _all_days(cells.head(FIRST), spelling) and _all_days(cells, spelling)
    ]
    return DateSpelling(found[0], tuple(found[1:])) if found else None


def date_values(column: pd.Series, spelling: DateSpelling | None) -> pd.Series:
    """The times of a column, in UTC."""
    return read_times(read_spelled(column, spelling.written) if spelling and spelling.written else column)


def _candidates(cells: pd.Series) -> Sequence[str]:
    """Spellings of which the first cell can be: those with its separators, with a time where it has one."""
    first = str(cells.iloc[0])
    times = [time for time in TIMES if (":" in time) == (":" in first)]
    return [day + time for day in DAYS for time in times if _signs(day) == _signs(re.split(r" \d+:", first)[0])]


def _signs(text: str) -> str:
    return re.sub(r"[%\w]", "", text)


def _all_days(cells: pd.Series, spelling: str) -> bool:
    times = read_spelled(cells, spelling)
    return bool(times.notna().all() and times.dt.year.between(*YEARS).all())
