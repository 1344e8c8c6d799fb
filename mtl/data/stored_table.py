"""A table that is read from its file column by column, or some rows at a time: what holds one that memory does not.

What a study asks of its rows, it asks of one column after the other, and makes its arrays row by row. So a column is
the most that is in memory at a time, and all that is computed of it is exact.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias, overload

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pandas.api import types

IN_MEMORY = 1 << 29
"""Bytes up to which a table is held in memory as a whole; checks and splits take several times as much."""


@dataclass(frozen=True, eq=False)
class StoredTable:
    """Rows of a Parquet file that never changes, as `pandas.read_parquet` gives them. Not to be written to.

    Attributes:
        path: the file.
        positions: int64 [N], of its rows; None: all.
    """

    path: Path
    positions: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """N."""
        return _file(self.path).metadata.num_rows if self.positions is None else len(self.positions)

    @overload
    def __getitem__(self, name: str, /) -> pd.Series: ...
    @overload
    def __getitem__(self, name: list[str], /) -> pd.DataFrame: ...
    def __getitem__(self, name: str | list[str], /) -> pd.Series | pd.DataFrame:
        """A column, or a table of some that are read together; their index is the rows' position in the file."""
        if isinstance(name, str):
            column = _column(self.path, name)
            return column if self.positions is None else column.iloc[self.positions]
        return pd.concat([self[each] for each in name], axis="columns") if name else pd.DataFrame(index=self.index)

    @property
    def columns(self) -> pd.Index:
        """The names."""
        names: list[str] = _file(self.path).schema_arrow.names
        return pd.Index(names)

    @property
    def index(self) -> pd.Index:
        """The rows' positions in the file."""
        return pd.RangeIndex(len(self)) if self.positions is None else pd.Index(self.positions)

    @property
    def attrs(self) -> dict[Any, Any]:
        """What the table's reader told of it."""
        return _empty(self.path).attrs

    def at(self, positions: NDArray[np.int64]) -> "StoredTable":
        """Some of the rows."""
        return replace(self, positions=positions if self.positions is None else self.positions[positions])

    def chunks(self, columns: Sequence[str]) -> Iterator[tuple[int, pd.DataFrame]]:
        """Some columns of the file, in its order, and where each chunk begins: row groups that hold one of the rows."""
        file, start = _file(self.path), 0
        gaps = {name for name in columns if _has_gaps(self.path, name)}
        for group in range(file.num_row_groups):
            end = start + file.metadata.row_group(group).num_rows
            if self.positions is None or len(between(self.positions, start, end)):
                rows: pd.DataFrame = file.read_row_group(group, columns=list(columns)).to_pandas()[list(columns)]
                rows = rows.set_axis(pd.RangeIndex(start, end), axis="index")
                yield start, rows.assign(**{name: _as_with_gaps(rows[name]) for name in gaps})
            start = end


AnyTable: TypeAlias = pd.DataFrame | StoredTable


def bytes_of(file: Path) -> int:
    """About what the rows of a Parquet file take in memory: 8 bytes a cell, or what their texts take."""
    metadata = pq.read_metadata(file)
    stored = sum(int(metadata.row_group(group).total_byte_size) for group in range(metadata.num_row_groups))
    return max(8 * int(metadata.num_rows) * int(metadata.num_columns), stored)


def rows_at(table: AnyTable, positions: NDArray[np.int64]) -> AnyTable:
    """Some rows of a table, by their positions in it."""
    return table.at(positions) if isinstance(table, StoredTable) else table.iloc[positions]


def in_chunks(table: AnyTable, columns: Sequence[str]) -> Iterator[tuple[int, pd.DataFrame]]:
    """Columns of all rows, some rows at a time where they are not in memory, with the position of the first of each."""
    if isinstance(table, StoredTable):
        yield from table.chunks(columns)
    else:
        yield 0, table[list(columns)]


def in_memory(table: AnyTable, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Some columns of a table, or all, of its rows alone: of few rows whatever the table's size."""
    names = list(table.columns if columns is None else columns)
    if not isinstance(table, StoredTable):
        return table if columns is None else table[names]
    if table.positions is None:
        return table[names]
    parts = [
        rows.iloc[between(table.positions, start, start + len(rows)) - start] for start, rows in table.chunks(names)
    ]
    return pd.concat(parts).loc[table.positions] if parts else _empty(table.path)[names]


def between(positions: NDArray[np.int64], start: int, end: int) -> NDArray[np.int64]:
    """Those of some positions that are from `start` on and before `end`."""
    return positions[(positions >= start) & (positions < end)]


@lru_cache(maxsize=4)
def _file(path: Path) -> pq.ParquetFile:
    """The file, opened once: to read what it says of its columns takes a while where they are thousands."""
    return pq.ParquetFile(path)


@lru_cache(maxsize=1)
def _column(path: Path, name: str) -> pd.Series:
    """A column; the last one stays, of which a check may ask several things."""
    column: pd.Series = _file(path).read(columns=[name]).to_pandas()[name]
    return column


def _empty(path: Path) -> pd.DataFrame:
    """No row of the table, with what was told of it."""
    empty: pd.DataFrame = _file(path).schema_arrow.empty_table().to_pandas()
    return empty


def _has_gaps(path: Path, name: str) -> bool:
    """Whether a column has missing values; a column of a file without statistics is taken to have some."""
    metadata = _file(path).metadata
    place = _file(path).schema_arrow.get_field_index(name)
    found = (metadata.row_group(group).column(place).statistics for group in range(metadata.num_row_groups))
    return any(each is None or not each.has_null_count or each.null_count > 0 for each in found)


def _as_with_gaps(column: pd.Series) -> pd.Series:
    """A part of a column in the type that the column has as a whole, of which another part has missing values."""
    if isinstance(column.dtype, np.dtype) and types.is_bool_dtype(column.dtype):
        return column.astype(object)
    if isinstance(column.dtype, np.dtype) and types.is_integer_dtype(column.dtype):
        return column.astype(np.float64)
    return column
