"""Which rows break an expectation: found with pandas, since asking Great Expectations for them costs memory."""

from collections.abc import Callable, Mapping, Sequence
from numbers import Number
from typing import Any, Protocol, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from data_checks.check_report import MAX_EXAMPLES
from data_checks.check_values import (
    BETWEEN,
    COVERED,
    IN_SET,
    NOT_NULL,
    OF_TYPE,
    OF_TYPES,
    UNIQUE,
    UNIQUE_TOGETHER,
    Check,
)
from data_checks.repeated_rows import repeated_rows
from mtl.names import canonical_name

MAX_SHOWN_LENGTH = 80


class Rows(Protocol):
    """Rows of a table: a `DataFrame`, or what reads or makes a column when it is asked for."""

    @property
    def columns(self) -> pd.Index:
        """The names."""

    def __len__(self) -> int:
        """N."""

    @overload
    def __getitem__(self, name: str, /) -> pd.Series: ...
    @overload
    def __getitem__(self, name: list[str], /) -> pd.DataFrame: ...


def failing_rows(table: Rows, check: Check) -> NDArray[np.bool_]:
    """True for each row that breaks the check; False throughout when it is not about rows."""
    if check.expectation not in _BREAKS:
        return np.zeros(len(table), dtype=np.bool_)
    # Of thousands of columns, one is found faster than a table of one.
    several = table[list(check.columns)] if len(check.columns) > 1 else table[check.columns[0]].to_frame()
    broken = _BREAKS[check.expectation](several, check.kwargs)
    return broken.fillna(False).to_numpy(dtype=np.bool_)


def describe_rows(
    table: Rows, key: Sequence[str], names: Sequence[str], rows: NDArray[np.bool_]
) -> tuple[tuple[str, ...], ...]:
    """The first of `rows`: the cells in the columns `names`, and the row's position without a whole `key`."""
    return tuple(
        (
            *(() if key and set(key) <= set(names) else (f"row={position}",)),
            *(f"{name}={_shown(table[name].iloc[position])}" for name in names),
        )
        for position in np.flatnonzero(rows)[:MAX_EXAMPLES]
    )


def _shown(value: object) -> str:
    text = " ".join(canonical_name(value).split())
    return text if len(text) <= MAX_SHOWN_LENGTH else text[: MAX_SHOWN_LENGTH - 1] + "…"


def _empty(table: pd.DataFrame, _: Mapping[str, Any]) -> pd.Series:
    return table.iloc[:, 0].isna()


def _outside(table: pd.DataFrame, kwargs: Mapping[str, Any]) -> pd.Series:
    column = table.iloc[:, 0]
    least, most = kwargs.get("min_value"), kwargs.get("max_value")
    below = pd.Series(False, table.index) if least is None else column < least
    return below if most is None else below | (column > most)


def _not_in_set(table: pd.DataFrame, kwargs: Mapping[str, Any]) -> pd.Series:
    column = table.iloc[:, 0]
    return column.notna() & ~column.isin(kwargs["value_set"])


def _no_text(table: pd.DataFrame, _: Mapping[str, Any]) -> pd.Series:
    return _no_instance(table.iloc[:, 0], str)


def _of_no_type(table: pd.DataFrame, kwargs: Mapping[str, Any]) -> pd.Series:
    column = table.iloc[:, 0]
    if "Timestamp" not in kwargs["type_list"]:
        return _no_number(column)
    dates = types.is_datetime64_any_dtype(column.dtype)  # as a whole, with no look at its cells
    return pd.Series(False, table.index) if dates else _no_instance(column, pd.Timestamp)


def _no_number(column: pd.Series) -> pd.Series:
    # One word among numbers makes texts of them all when a file is read: that word is the row to show.
    words = column.notna() & pd.to_numeric(column, errors="coerce").isna()
    return words if words.any() else _no_instance(column, Number)


def _no_instance(column: pd.Series, wanted: type) -> pd.Series:
    return column.notna() & ~column.map(lambda value: isinstance(value, wanted)).astype(bool)


def _shared(table: pd.DataFrame, _: Mapping[str, Any]) -> pd.Series:
    return pd.Series(repeated_rows(table), table.index) & table.notna().all(axis=1)


_BREAKS: dict[str, Callable[[pd.DataFrame, Mapping[str, Any]], pd.Series]] = {
    NOT_NULL: _empty,
    COVERED: _empty,
    BETWEEN: _outside,
    IN_SET: _not_in_set,
    OF_TYPE: _no_text,
    OF_TYPES: _of_no_type,
    UNIQUE: _shared,
    UNIQUE_TOGETHER: _shared,
}
