"""Cells that hold one value each, of a type that can be stored."""

from numbers import Number

import numpy as np
import pandas as pd
from pandas.api import types

from mtl.errors import DataError
from mtl.extensions import FEATURES
from mtl.names import canonical_name
from mtl.shown import shortened
from mtl.spec import Spec, column_uses
from mtl.tasks.kind import kind_named

SEVERAL = (list, tuple, dict, set, np.ndarray)
"""What a cell holds that is not one value."""


def with_single_values(spec: Spec, table: pd.DataFrame) -> pd.DataFrame:
    """The columns of a spec; whole numbers beyond 64 bits are floats where they are numbers, and else their names.

    Raises:
        DataError: a cell holds a list or the like.
    """
    changed = {}
    for name in table.columns:
        column = table[name]
        if types.is_object_dtype(column.dtype) or isinstance(column.dtype, pd.ArrowDtype):
            _require_single(column)
            if column.map(_is_large).any():
                changed[name] = _as_numbers(column) if name in _numbers(spec) else _as_names(column)
    return table.assign(**changed) if changed else table


def _require_single(column: pd.Series) -> None:
    several = column.map(lambda cell: isinstance(cell, SEVERAL)).to_numpy(dtype=np.bool_)
    if several.any():
        row = int(several.argmax())
        shown = shortened(" ".join(repr(column.iloc[row]).split()))
        raise DataError(f"column '{column.name}' holds several values in row {row}: {shown}; expected one in each")


def _is_large(cell: object) -> bool:
    return isinstance(cell, int) and not -(2**63) <= cell < 2**63


def _as_numbers(column: pd.Series) -> pd.Series:
    """Floats, if all are numbers; infinite where even a float is too small, which the checks find."""
    if not column.dropna().map(lambda cell: isinstance(cell, Number)).all():
        return _as_names(column)
    return column.map(_as_float, na_action="ignore").astype(np.float64)


def _as_float(cell: int | float) -> float:
    try:
        return float(cell)
    except OverflowError:
        return np.inf if cell > 0 else -np.inf


def _as_names(column: pd.Series) -> pd.Series:
    return column.map(canonical_name, na_action="ignore").astype("str")


def _numbers(spec: Spec) -> set[str]:
    """The columns whose cells a study computes with."""
    uses = list(column_uses(spec))
    features = {use.column for use in uses if use.use == "feature" and FEATURES.get(use.subject).holds == "numbers"}
    labels = {
        use.column
        for use in uses
        if use.use == "label" and kind_named(spec.tasks[use.subject].kind).label_check.numeric
    }
    return features | labels
