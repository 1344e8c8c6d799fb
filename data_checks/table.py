"""The table as the checks see it: the study's columns, in the few types that are compared fast and exactly."""

from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types
from pandas.api.extensions import ExtensionDtype

from data_checks.roles import Role
from mtl.names import canonical_name, read_times


def as_checked(table: pd.DataFrame, roles: tuple[Role, ...], dense: bool = False) -> pd.DataFrame:
    """The columns that the roles name and the table has exactly once, rows numbered from 0.

    `dense`: dates are no objects, of a hundred bytes each, by which Great Expectations tells what they are.
    """
    single = set(table.columns[~table.columns.duplicated(keep=False)])
    columns = {role.column: _column(table[role.column], role, dense) for role in roles if role.column in single}
    # Series and not arrays, whose types pandas would guess again.
    numbered = {name: column.reset_index(drop=True) for name, column in columns.items()}
    return pd.DataFrame(numbered, index=pd.RangeIndex(len(table)))


def hashable(column: pd.Series) -> pd.Series:
    """The column, objects by their names: lists, which a file may hold, can be neither counted nor compared."""
    return column.map(canonical_name, na_action="ignore") if types.is_object_dtype(column.dtype) else column


def _column(column: pd.Series, role: Role, dense: bool) -> pd.Series:
    if role.time:
        return _dates(column)
    if "dates" in role.holds:
        return _dates_or_not(column, dense)
    if types.is_bool_dtype(column.dtype):
        return column if column.dtype == bool else column.astype("boolean")
    if types.is_float_dtype(column.dtype):
        return _wide(column, role)
    if types.is_integer_dtype(column.dtype):
        return _whole(column)
    return column


def _dates(column: pd.Series) -> pd.Series:
    """Dates in UTC, and null where there is none to be read."""
    dates: pd.Series = read_times(column).dt.tz_localize("UTC")
    return dates


def _dates_or_not(column: pd.Series, dense: bool) -> pd.Series:
    """Dates, and the cell as it is where there is none to be read: objects, so that rows can be told apart."""
    dates = _dates(column)
    if dense and dates.notna().equals(column.notna()):
        return dates
    return dates.astype(object).where(dates.notna(), column.astype(object)).where(column.notna(), None)


def _whole(column: pd.Series) -> pd.Series:
    if column.notna().any() and column.max() > np.iinfo(np.int64).max:
        return column.astype("UInt64")
    return column.astype("Int64" if column.hasnans else "int64")


def _wide(column: pd.Series, role: Role) -> pd.Series:
    """64-bit numbers; only those are compared with bounds without a Python call for each.

    A bound such as 0.1 is not the 0.1 of a narrower type. A cell that holds the narrow bound is given the wide one.
    """
    wide = column.astype("float64")
    for bound in (role.check.min, role.check.max):
        narrow = np.inf if bound is None else _rounded(bound, column.dtype)
        if np.isfinite(narrow):  # beyond its range a bound is infinite there, and infinite cells must stay
            wide = wide.mask(wide == narrow, bound)
    return wide


def _rounded(number: float, dtype: np.dtype[Any] | ExtensionDtype) -> float:
    """The number that a cell of this type holds in place of `number`."""
    with np.errstate(over="ignore"):
        return float(pd.Series([number]).astype(dtype).iloc[0])
