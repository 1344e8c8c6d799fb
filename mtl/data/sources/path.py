"""A file of the user's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self, final

import pandas as pd
import pyarrow as pa
from pandas.errors import ParserWarning
from typing_extensions import override

from mtl.data.source import Source
from mtl.errors import DataError, SpecError
from mtl.extensions import FORMATS, SOURCES
from mtl.hints import did_you_mean
from mtl.storage import is_file, resolved

UNREADABLE = (ValueError, OSError, pa.ArrowException, ParserWarning)
"""What reading a file raises."""


@SOURCES.register
@final
@dataclass(frozen=True)
class PathSource(Source):
    """A .csv, .tsv or .parquet file; relative to the spec's folder."""

    path: Path

    @override
    def below(self, folder: Path) -> Self:
        return type(self)(resolved(folder, self.path))

    @property
    @override
    def place(self) -> str:
        return str(self.path)

    @override
    def column_names(self) -> tuple[str, ...] | None:
        suffix = self.path.suffix.lower()[1:]
        if suffix not in FORMATS.names or not is_file(self.path):
            return None
        try:
            return FORMATS.get(suffix)().column_names(self.path)
        except UNREADABLE:
            return None

    @override
    def read(self, cache: Path) -> pd.DataFrame:
        suffixes = [f".{name}" for name in FORMATS.names]
        if not is_file(self.path):
            raise SpecError(f"no file '{self.path}'; give a {', '.join(suffixes[:-1])} or {suffixes[-1]} file")
        suffix = self.path.suffix.lower()
        if suffix not in suffixes:
            hint = did_you_mean(suffix, suffixes)
            raise SpecError(f"cannot read '{self.path.suffix}'; {hint}allowed: {', '.join(suffixes)}")
        try:
            return FORMATS.get(suffix[1:])().read(self.path)
        except UNREADABLE as error:
            reason = " ".join(str(error).split())
            raise DataError(f"'{self.path}' cannot be read as {self.path.suffix}: {reason}") from error
