"""A cell of a request → what a feature reads. A cell that is none is a ValueError that says what was expected."""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.names import LARGEST, canonical_name, read_times, truth_value


def _none_are_known(block: NDArray[np.float64]) -> bool:
    return False


def _nothing_is_known(cells: Sequence[object]) -> None:
    return None


@dataclass(frozen=True)
class Cell:
    """How the cells of a column are read.

    Attributes:
        type: of the column in a table of requests: float64, or strings and None.
        read: the value of a cell, NaN or None where it is missing. `spelled`: it came as text, as in CSV.
        all_read: of a number's cells that JSON had as numbers, truth values or null: whether `read` takes them all as
            they are, [N, C], NaN where missing. False may also mean that it was not looked at.
        read_all: of a string's cells, Unicode throughout: what `read` makes of each; None where one must be looked at.
    """

    type: Literal["number", "string"]
    read: Callable[[object, bool], float | str | None]
    all_read: Callable[[NDArray[np.float64]], bool] = _none_are_known
    read_all: Callable[[Sequence[object]], list[str | None] | None] = _nothing_is_known


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


def _all_numbers(block: NDArray[np.float64]) -> bool:
    return not (np.abs(block) > LARGEST).any()


def _all_truths(block: NDArray[np.float64]) -> bool:
    return bool(((block == 0) | (block == 1) | np.isnan(block)).all())


def _texts(cells: Sequence[object]) -> list[str | None] | None:
    texts = [cell for cell in cells if cell is None or isinstance(cell, str)]
    return texts if len(texts) == len(cells) else None


def _categories(cells: Sequence[object]) -> list[str | None] | None:
    if not all(cell is None or isinstance(cell, str | bool | int) or _is_exact(cell) for cell in cells):
        return None
    return [cell if cell is None or isinstance(cell, str) else read_category(cell) for cell in cells]


def _is_exact(cell: object) -> bool:
    """Whether it is a float that cannot have been rounded out of a whole number of twenty digits or more."""
    return isinstance(cell, float) and abs(cell) < 2**63


def _dates(cells: Sequence[object]) -> list[str | None] | None:
    dates = _texts(cells)
    if dates is None:
        return None
    read = read_times(pd.Series(dates, dtype=object)).isna()
    return dates if all(date is None for date, missing in zip(dates, read, strict=True) if missing) else None


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


NUMBER = Cell("number", read_number, all_read=_all_numbers)
TEXT = Cell("string", read_text, read_all=_texts)
CATEGORY = Cell("string", read_category, read_all=_categories)
DATE = Cell("string", read_date, read_all=_dates)
TRUTH = Cell("number", read_truth, all_read=_all_truths)
