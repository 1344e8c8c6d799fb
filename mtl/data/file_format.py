"""The contract of a file format: an entry of `mtl/data/formats/`."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from mtl.data.column_reader import ColumnReader


class FileFormat(ABC):
    """Files with the suffix that the entry's file is named after."""

    def column_names(self, path: Path) -> tuple[str, ...] | None:
        """The names alone, where they are found without reading the rows; raises what `read` does."""
        return None

    def bytes_in_memory(self, path: Path) -> int:
        """About what its table takes in memory; 0 for a format of which no column is read alone."""
        return 0

    def by_column(self, path: Path, scratch: Path) -> "ColumnReader | None":
        """What reads the columns of a table that takes more than memory holds; raises what `read` does.

        `scratch`: an empty folder for what must be put somewhere meanwhile.
        """
        return None

    @abstractmethod
    def read(self, path: Path) -> pd.DataFrame:
        """The table in a file, its columns named as they are there.

        Raises:
            ValueError, OSError, EOFError, ParserWarning, ArrowException: it cannot be read.
        """


def with_index(table: pd.DataFrame) -> pd.DataFrame:
    """The table with what pandas stored as an index as columns, which it is for everyone else."""
    named = [name for name in table.index.names if name is not None and name not in table.columns]
    whole = table.reset_index(named).reset_index(drop=True)
    return whole.set_axis([str(column) for column in whole.columns], axis="columns")
