"""Files of the user's."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self, TypeVar, final

import pandas as pd
import pyarrow as pa
from pandas.errors import ParserWarning
from typing_extensions import override

from mtl.data.column_reader import ColumnReader, JoinedColumns
from mtl.data.delimited import is_compressed
from mtl.data.delimited_format import DelimitedFormat
from mtl.data.file_format import FileFormat
from mtl.data.matching_files import joined, matching_files
from mtl.data.source import Source
from mtl.errors import DataError, SpecError
from mtl.extensions import FORMATS, SOURCES
from mtl.hints import did_you_mean
from mtl.storage import resolved

UNREADABLE = (ValueError, OSError, EOFError, LookupError, pa.ArrowException, ParserWarning)
"""What reading a file raises."""


Read = TypeVar("Read")


@SOURCES.register
@final
@dataclass(frozen=True)
class PathSource(Source):
    """A .csv, .tsv, .feather or .parquet file, or several by a pattern, rows-*.csv; relative to the spec's folder.

    Text may be compressed: .csv.gz.
    """

    path: Path
    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None

    beside: ClassVar[tuple[str, ...]] = ("separator", "decimal", "encoding")

    @override
    def below(self, folder: Path) -> Self:
        return replace(self, path=resolved(folder, self.path))

    @property
    @override
    def place(self) -> str:
        return str(self.path)

    @override
    def column_names(self) -> tuple[str, ...] | None:
        try:
            files = matching_files(self.path)
            return self._written(files[0]).column_names(files[0]) if files else None
        except (*UNREADABLE, SpecError):
            return None

    @override
    def read(self, cache: Path) -> pd.DataFrame:
        files = matching_files(self.path)
        if not files:
            suffixes = [f".{name}" for name in FORMATS.names]
            raise SpecError(f"no file '{self.path}'; give a {', '.join(suffixes[:-1])} or {suffixes[-1]} file")
        return joined({file: self._read(file) for file in files})

    @override
    def by_column(self, cache: Path, scratch: Path, in_memory: int) -> ColumnReader | None:
        files = matching_files(self.path)
        if sum(map(self._bytes_of, files)) <= in_memory:
            return None
        parts = {file: self._columns_of(file, scratch / str(number)) for number, file in enumerate(files)}
        known = {file: part for file, part in parts.items() if part is not None}
        if len(known) < len(parts):
            return None
        return JoinedColumns(known) if len(known) > 1 else known[files[0]]

    def _bytes_of(self, file: Path) -> int:
        return self._told_of(file, self._written(file).bytes_in_memory)

    def _columns_of(self, file: Path, scratch: Path) -> ColumnReader | None:
        scratch.mkdir()
        return self._told_of(file, lambda found: self._written(found).by_column(found, scratch))

    def _written(self, file: Path) -> FileFormat:
        """The format of a file, text in the dialect of the spec."""
        suffix = suffix_of(file)
        found = FORMATS.get(suffix[1:])()
        told = {name: value for name in self.beside if (value := getattr(self, name)) is not None}
        if isinstance(found, DelimitedFormat):
            return found.spelled(**told)
        if told or is_compressed(file):
            named = ", ".join(told) or ".gz"
            raise SpecError(f"{named}: of tables of text alone; a {suffix} file says itself how it is written")
        return found

    def _read(self, file: Path) -> pd.DataFrame:
        return self._told_of(file, self._written(file).read)

    def _told_of(self, file: Path, read: Callable[[Path], Read]) -> Read:
        try:
            return read(file)
        except UNREADABLE as error:
            reason = " ".join(str(error).split())
            raise DataError(f"'{file}' cannot be read as {suffix_of(file)}: {reason}") from error


def suffix_of(file: Path) -> str:
    """The suffix that says a file's format, in small letters.

    Raises:
        SpecError: of no format that there is.
    """
    named = file.with_suffix("") if is_compressed(file) else file
    suffix, suffixes = named.suffix.lower(), [f".{name}" for name in FORMATS.names]
    if suffix not in suffixes:
        hint = did_you_mean(suffix, suffixes)
        raise SpecError(f"cannot read '{named.suffix}'; {hint}allowed: {', '.join(suffixes)}")
    return suffix
