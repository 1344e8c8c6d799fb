"""Parquet files."""

from contextlib import suppress
from pathlib import Path
from typing import final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from typing_extensions import override

from mtl.data.column_reader import ColumnReader
from mtl.data.file_format import FileFormat, with_index
from mtl.data.stored_table import bytes_of
from mtl.extensions import FORMATS

SPOILT = (LookupError, TypeError, ValueError, AttributeError, pa.ArrowException)
"""What is raised where what pandas once wrote beside the rows is spoilt; the rows can do without it."""


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
