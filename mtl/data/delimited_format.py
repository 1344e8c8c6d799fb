"""The formats of tables of text."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Self

import pandas as pd
import pyarrow as pa
from typing_extensions import override

from mtl.data.column_reader import ColumnReader
from mtl.data.delimited import Dialect, chunks_of_cells, header_of, is_compressed, read_delimited
from mtl.data.file_format import FileFormat, after
from mtl.data.text_columns import TextColumns

COMPRESSION = 8
"""How many times as large as its file compressed text is taken to be."""


class DelimitedFormat(FileFormat):
    """Text with separators between the cells; below the suffix, `.gz` says that it is compressed."""

    spelled_out: ClassVar[bool] = True
    separator: ClassVar[str]

    def __init__(self) -> None:
        self.dialect = Dialect(self.separator)

    def spelled(self, **told: str) -> Self:
        """The same, in another dialect."""
        other = type(self)()
        other.dialect = replace(self.dialect, **told)
        return other

    @override
    def column_names(self, path: Path) -> tuple[str, ...]:
        return tuple(header_of(path, self.dialect))

    @override
    def chunks(self, path: Path, columns: Sequence[str], texts: Collection[str], start: int) -> Iterator[pa.Table]:
        read = chunks_of_cells(path, self.dialect, columns, texts)
        yield from after(start, (pa.Table.from_pandas(chunk, preserve_index=False) for chunk in read))

    @override
    def read(self, path: Path) -> pd.DataFrame:
        return read_delimited(path, self.dialect)

    @override
    def bytes_in_memory(self, path: Path) -> int:
        return path.stat().st_size * (COMPRESSION if is_compressed(path) else 1)

    @override
    def by_column(self, path: Path, scratch: Path) -> ColumnReader:
        return TextColumns(path, self.dialect, scratch)
