"""Parquet files."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from typing_extensions import override

from mtl.data.column_reader import ColumnReader
from mtl.data.file_format import FileFormat, after, with_index
from mtl.data.stored_table import bytes_of
from mtl.extensions import FORMATS

SPOILT = (LookupError, TypeError, ValueError, AttributeError, pa.ArrowException)
"""What is raised where what pandas once wrote beside the rows is spoilt; the rows can do without it."""

ROWS, BUFFER = 1 << 16, 1 << 20
"""Rows of a chunk, and bytes that are read of a column at a time."""


@FORMATS.register
@final
class Parquet(FileFormat):
    """Parquet; what pandas stored as an index is a column."""

    @override
    def column_names(self, path: Path) -> tuple[str, ...]:
        return tuple(pq.read_schema(path).names)

    @override
    def read(self, path: Path) -> pd.DataFrame:
        try:
            table = pd.read_parquet(path)
        except SPOILT:
            table = pq.read_table(path).replace_schema_metadata(None).to_pandas()
        return with_index(table)

    @override
    def bytes_in_memory(self, path: Path) -> int:
        return bytes_of(path)

    @override
    def num_rows(self, path: Path) -> int:
        return int(pq.read_metadata(path).num_rows)

    @override
    def chunks(self, path: Path, columns: Sequence[str], texts: Collection[str], start: int) -> Iterator[pa.Table]:
        # A row group may hold all rows of a file: its columns are read through a buffer, not as a whole.
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=BUFFER) as file:
            groups = range(file.num_row_groups)
            ends = np.cumsum([file.metadata.row_group(group).num_rows for group in groups], dtype=np.int64)
            first = int(np.searchsorted(ends, start, side="right"))
            before = int(ends[first - 1]) if first else 0
            batches = file.iter_batches(ROWS, row_groups=list(groups)[first:], columns=list(columns))
            yield from after(start - before, (pa.Table.from_batches([batch]) for batch in batches))

    @override
    def by_column(self, path: Path, scratch: Path) -> ColumnReader:
        return ParquetColumns(path)


class ParquetColumns(ColumnReader):
    """The columns of a file, and what pandas stored as an index."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._schema = pq.read_schema(path)
        nothing = with_index(_as_pandas(self._schema.empty_table()))
        self.names, self.attrs = (*_ranges(self._schema), *nothing.columns), nothing.attrs

    @override
    def read(self, name: str) -> pd.Series:
        # An index is read with any column; one that is a range stands in no file.
        stored = name if name in self._schema.names else self._schema.names[0]
        return with_index(_as_pandas(pq.ParquetFile(self._path).read(columns=[stored], use_pandas_metadata=True)))[name]


def _ranges(schema: pa.Schema) -> list[str]:
    """The names of an index that is a range: where there is no row, pandas forgets them."""
    with suppress(*SPOILT):
        index = (schema.pandas_metadata or {}).get("index_columns", ())
        return [str(each["name"]) for each in index if isinstance(each, dict) and each["name"] is not None]
    return []


def _as_pandas(rows: pa.Table) -> pd.DataFrame:
    table: pd.DataFrame
    try:
        table = rows.to_pandas()
    except SPOILT:
        table = rows.replace_schema_metadata(None).to_pandas()
    return table
