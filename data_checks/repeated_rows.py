"""Which rows hold the same as another: of millions of rows found by their hashes, at 8 bytes each."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

COMPARED = 1 << 20
"""Rows up to which whole cells are compared with each other, for which pandas keeps all of them in a hash table."""

HASHED = 1 << 18
"""Rows that are hashed at a time."""


def repeated_rows(columns: pd.DataFrame) -> NDArray[np.bool_]:
    """True for each row that holds in every column what another row holds; two missing cells are the same."""
    if len(columns) <= COMPARED or any(types.is_object_dtype(dtype) for dtype in columns.dtypes):
        return columns.duplicated(keep=False).to_numpy()
    hashes = row_hashes(columns)
    suspects = np.flatnonzero(np.isin(hashes, _repeated(hashes)))
    found = np.zeros(len(columns), dtype=np.bool_)
    found[suspects[columns.iloc[suspects].duplicated(keep=False).to_numpy()]] = True
    return found


def row_hashes(columns: pd.DataFrame) -> NDArray[np.uint64]:
    """A hash of each row, [N]: rows that are equal have equal ones."""
    starts = range(0, len(columns), HASHED)
    parts = (_hashes(columns.iloc[start : start + HASHED]) for start in starts)
    return np.concatenate([np.zeros(0, dtype=np.uint64), *parts])


def _hashes(columns: pd.DataFrame) -> NDArray[np.uint64]:
    # Of the two zeros one: they are equal, and their bits are not.
    floats = {str(name): columns[name] + 0.0 for name in columns if types.is_float_dtype(columns[name].dtype)}
    return np.asarray(pd.util.hash_pandas_object(columns.assign(**floats), index=False), dtype=np.uint64)


def _repeated(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Those that there are several times."""
    ordered = np.sort(hashes)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
