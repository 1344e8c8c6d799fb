"""The contract of what reads a table column by column, where it is too large for memory as a whole."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from typing_extensions import override

from mtl.data.matching_files import joined


class ColumnReader(ABC):
    """A table, of which any column can be read alone.

    Attributes:
        names: of the columns, as they stand there.
        attrs: of the table as pandas reads it, what speaks against its rows being whole among them.
    """

    names: tuple[str, ...]
    attrs: Mapping[Any, Any] = {}

    @abstractmethod
    def read(self, name: str) -> pd.Series:
        """A column that there is once, with the values and of the type that it has where the table is read as a whole.

        Raises:
            ValueError, OSError, EOFError, ParserWarning, ArrowException: it cannot be read.
        """


class JoinedColumns(ColumnReader):
    """The rows of several tables, one after the other, as `joined` puts them together."""

    def __init__(self, parts: Mapping[Path, ColumnReader]) -> None:
        """Raises `DataError`: a part has other columns than the first."""
        self._parts = parts
        nothing = {file: pd.DataFrame(columns=list(part.names)) for file, part in parts.items()}
        for file, part in parts.items():
            nothing[file].attrs = dict(part.attrs)
        whole = joined(nothing)
        self.names, self.attrs = tuple(whole.columns), whole.attrs

    @override
    def read(self, name: str) -> pd.Series:
        return joined({file: part.read(name).to_frame() for file, part in self._parts.items()})[name]
