"""The contract of a file format: an entry of `mtl/data/formats/`."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from mtl.data.column_reader import ColumnReader


class FileFormat(ABC):
    """Files with the suffix that the entry's file is named after.

    Attributes:
        spelled_out: whether all cells are text.
    """

    spelled_out: ClassVar[bool] = False

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

    def num_rows(self, path: Path) -> int | None:
        """How many rows there are, where that is found without reading them; raises what `read` does."""
        return None

    def chunks(self, path: Path, columns: Sequence[str], texts: Collection[str], start: int) -> Iterator[pa.Table]:
        """Some columns of the rows from `start` on, some rows at a time; raises what `read` does.

        `texts`: columns whose cells are kept as they are spelled, where a format spells them.
        """
        yield pa.Table.from_pandas(self.read(path)[list(columns)].iloc[start:], preserve_index=False)

    @abstractmethod
    def read(self, path: Path) -> pd.DataFrame:
        """The table in a file, its columns named as they are there.

        Raises:
            ValueError, OSError, EOFError, ParserWarning, ArrowException: it cannot be read.
        """


def after(start: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The rows of some tables without the first `start`."""
    for table in tables:
        if start < table.num_rows:
            yield table.slice(start)
        start = max(0, start - table.num_rows)


def with_index(table: pd.DataFrame) -> pd.DataFrame:
    """The table with what pandas stored as an index as columns, which it is for everyone else."""
    named = [name for name in table.index.names if name is not None and name not in table.columns]
    whole = table.reset_index(named).reset_index(drop=True)
    return whole.set_axis([str(column) for column in whole.columns], axis="columns")
