"""A cell of a request → what a feature reads. A cell that is none is a ValueError that says what was expected."""

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from mtl.names import LARGEST, canonical_name, read_times, truth_value


@dataclass(frozen=True)
class Cell:
    """How the cells of a column are read.

    Attributes:
        type: of the column in a table of requests: float64, or strings and None.
        read: the value of a cell, NaN or None where it is missing. `spelled`: it came as text, as in CSV.
    """

    type: Literal["number", "string"]
    read: Callable[[object, bool], float | str | None]


def read_number(value: object, spelled: bool = False) -> float:
    """A number that float32 can hold.

    Raises:
        ValueError: it is none.
    """
    if value is None:
        return math.nan
    if isinstance(value, bool | int | float) or (spelled and isinstance(value, str)):
        with suppress(ValueError, OverflowError):
            number = float(value)
            if math.isnan(number) or abs(number) <= LARGEST:
                return number
    raise ValueError("a number or null")


def read_text(value: object, spelled: bool = False) -> str | None:
    """A text.

    Raises:
        ValueError: it is none, or half a surrogate pair is in it, which no table can hold.
    """
    if _missing(value):
        return None
    if not isinstance(value, str):
        raise ValueError("a string or null")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("a string of Unicode characters or null")
    return value


def read_category(value: object, spelled: bool = False) -> str | None:
    """The name of a category; one may be a number in the data.

    Raises:
        ValueError: it is neither a string nor a number.
    """
    if isinstance(value, bool | int | float) and not _missing(value):
        return canonical_name(value)
    return read_text(value)


def read_date(value: object, spelled: bool = False) -> str | None:
    """A date or time as it is spelled.

    Raises:
        ValueError: it is no ISO 8601 date.
    """
    if _missing(value):
        return None
    if not isinstance(value, str) or read_times(pd.Series([value], dtype=object)).isna().any():
        raise ValueError("an ISO 8601 date or null")
    return value


def read_truth(value: object, spelled: bool = False) -> float:
    """1 for true, 0 for false.

    Raises:
        ValueError: it is neither true or 1, nor false or 0.
    """
    if _missing(value):
        return math.nan
    truth = truth_value(canonical_name(value)) if spelled or not isinstance(value, str) else math.nan
    if math.isnan(truth):
        raise ValueError("true, false, 1, 0 or null")
    return truth


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


NUMBER = Cell("number", read_number)
TEXT = Cell("string", read_text)
CATEGORY = Cell("string", read_category)
DATE = Cell("string", read_date)
TRUTH = Cell("number", read_truth)
