"""A column as the numbers that the network computes with."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

LARGEST = float(np.finfo(np.float32).max)
"""The network computes in float32."""


def read_numbers(column: pd.Series) -> NDArray[np.float64]:
    """The values of a column, NaN where missing and where there is no number: a text, a date, a complex number.

    Truth values are 0 and 1. A number that float32 cannot hold, infinity included, carries no magnitude: as a missing
    one it cannot poison a mean or the network.
    """
    if isinstance(column.dtype, pd.ArrowDtype):
        column = column.astype(object)  # pandas misreads its decimals
    if not _may_hold_numbers(column):
        return np.full(len(column), np.nan)
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.abs(values) <= LARGEST, values, np.nan)


def _may_hold_numbers(column: pd.Series) -> bool:
    dtype = column.dtype.categories.dtype if isinstance(column.dtype, pd.CategoricalDtype) else column.dtype
    plain = types.is_numeric_dtype(dtype) or types.is_object_dtype(dtype) or types.is_string_dtype(dtype)
    return plain and not types.is_complex_dtype(dtype)
