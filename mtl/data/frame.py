"""A table on disk, named by the sha256 of its content."""

import json
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pandas.errors import Pandas4Warning

from mtl.data.stored_table import IN_MEMORY, AnyTable, StoredTable, bytes_of, in_memory, rows_at
from mtl.errors import DataError
from mtl.manifest import is_intact_file, sha256_of
from mtl.shown import reason_of
from mtl.storage import partial_file

DOUBTS = "doubts"
"""The attribute of a table under which its reader tells what speaks against its rows being whole; stored with them."""
ROWS_A_GROUP = 1 << 20
"""Rows that are written, and read where the table is not held in memory, at a time."""
UNSTORABLE = (pa.ArrowException, OverflowError, TypeError, ValueError)
"""What pyarrow raises for cells that no type of its own holds."""


@dataclass(frozen=True)
class SetAside:
    """Rows that were read with those of a frame and are none of it.

    Attributes:
        rows: how many.
        file: where they are, each with what it breaks.
        told: how many break what, in words.
    """

    rows: int
    file: Path
    told: str


@dataclass(frozen=True)
class Frame:
    """A parquet file and what identifies its content.

    Attributes:
        path: the file.
        digest: sha256, in hexadecimal, of the file.
        rows: number of rows.
        in_memory: bytes up to which they are held in memory as a whole; what follows from them is the same.
        set_aside: what was read with them and left out, if anything was.
    """

    path: Path
    digest: str
    rows: int
    in_memory: int = IN_MEMORY
    set_aside: SetAside | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows, read once and then the same table for everyone: not to be written to."""
        return pd.read_parquet(self.path)

    @property
    def by_need(self) -> AnyTable:
        """The same rows, of which, if they take more than `in_memory` bytes, a column is read when it is asked for."""
        stored = self.stored
        return self.table if stored is None else stored

    @property
    def stored(self) -> StoredTable | None:
        """What reads the rows, if they take more than `in_memory` bytes."""
        return StoredTable(self.path) if bytes_of(self.path) > self.in_memory else None

    def at(self, positions: NDArray[np.int64], columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Some rows, of all columns or some, whatever the size of the table; indexed by their positions."""
        return in_memory(rows_at(self.by_need, positions), columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, without reading the rows."""
        return tuple(pq.read_schema(self.path).names)


def write_frame(table: pd.DataFrame, folder: Path) -> Frame:
    """Store `table` under its digest in `folder`; the same content gives the same file, written once.

    Raises:
        DataError: a column holds what cannot be stored.
    """
    rows = as_arrow(table)

    def write(partial: Path) -> int:
        pq.write_table(rows, partial, row_group_size=ROWS_A_GROUP)
        return len(table)

    return stored_as(write, folder)


def stored_as(write: Callable[[Path], int], folder: Path) -> Frame:
    """The frame of a Parquet file that `write` writes to a path, and of which it gives the number of rows."""
    with partial_file(folder / "frame.parquet") as partial:
        rows = write(partial)
        digest = sha256_of(partial)
        path = folder / f"{digest}.parquet"
        if not is_intact_file(path, digest):
            partial.replace(path)
    return Frame(path, digest, rows)


def as_arrow(table: pd.DataFrame) -> pa.Table:
    """The rows as they are stored; raises what `write_frame` does."""
    with warnings.catch_warnings():
        # pyarrow 25 reads times with a zone in a way that pandas 3.1 announces to change; the zone is kept.
        warnings.simplefilter("ignore", Pandas4Warning)
        try:
            rows = pa.Table.from_pandas(table, preserve_index=False)
        except UNSTORABLE as error:
            raise DataError(_unstorable(table) or f"the rows cannot be stored: {reason_of(error)}") from error
    doubts = table.attrs.get(DOUBTS)
    # Where pandas looks for attributes when it reads a file, whoever wrote it.
    told = {b"PANDAS_ATTRS": json.dumps({DOUBTS: doubts}).encode()} if doubts else {}
    return rows.replace_schema_metadata({**(rows.schema.metadata or {}), **told})


def _unstorable(table: pd.DataFrame) -> str:
    """Which column cannot be stored, and why."""
    for name in table.columns:
        try:
            pa.Array.from_pandas(table[name])
        except UNSTORABLE as error:
            return f"column '{name}' holds cells that have no type in common: {reason_of(error)}"
    return ""
