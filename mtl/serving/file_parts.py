"""The parts of a result in Parquet: each whole or absent, until one file is made of all.

They lie in a folder that is named for what was asked, the digests of the files and of the version's bundle: whatever
was begun for something else is another folder's, also where a process of then is still at it.

NUMBER-START.parquet   rows of the file of that number, from that row of it on
NUMBER.done            how many rows the file has, once all of them are there
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mtl.errors import DataError
from mtl.shown import reason_of
from mtl.storage import partial_file, read_json, write_json

PART_ROWS = 1 << 20
"""Rows of a part, and of a row group of the result."""

FORMAT = 2
"""Of the parts."""


@dataclass(frozen=True)
class KeptRows:
    """What is there of a file: so many rows, from its first on, and whether these are all."""

    rows: int
    done: bool


@dataclass(frozen=True)
class FileParts:
    """Parts in a folder."""

    folder: Path

    @classmethod
    def opened(cls, side: Path, asked: Sequence[str]) -> "FileParts":
        """Those of what was asked; parts of anything else are removed."""
        name = hashlib.sha256(json.dumps([FORMAT, *asked]).encode()).hexdigest()[:32]
        for other in side.iterdir():
            if other.is_dir() and other.name != name:
                shutil.rmtree(other, ignore_errors=True)
        (side / name).mkdir(exist_ok=True)
        return cls(side / name)

    @property
    def files(self) -> list[Path]:
        """The parts, in the order of the files and of their rows."""
        return sorted(self.folder.glob("[!.]*.parquet"))

    @property
    def schema(self) -> pa.Schema | None:
        """The columns and types of the first part, if there is one."""
        return next((pq.read_schema(part) for part in self.files), None)

    def kept(self, count: int) -> list[KeptRows]:
        """What can be used of each of `count` files; parts that cannot are removed."""
        rows = [0] * count
        for part in self.files:
            number, start = map(int, part.stem.split("-"))
            here = _rows_of(part) if start == rows[number] else 0
            if here:
                rows[number] += here
            else:
                part.unlink()
        return [KeptRows(each, self._told(number) == each) for number, each in enumerate(rows)]

    def place(self, number: int, start: int) -> Path:
        """Where the rows of a file from `start` on are to be written."""
        return self.folder / f"{number:06}-{start:012}.parquet"

    def write(self, part: pa.Table, number: int, start: int) -> None:
        """Some rows of a file."""
        with partial_file(place := self.place(number, start)) as partial:
            pq.write_table(part, partial, use_dictionary=texts_of(part.schema))
            partial.replace(place)

    def finish(self, number: int, rows: int) -> None:
        """Note that all rows of a file are there."""
        write_json(self._note(number), rows)

    def _note(self, number: int) -> Path:
        return self.folder / f"{number:06}.done"

    def _told(self, number: int) -> object:
        try:
            return read_json(self._note(number))
        except (OSError, ValueError):
            return None


def alike(part: pa.Table, schema: pa.Schema, file: Path) -> pa.Table:
    """Rows of a file with the columns and types of the first part. Raises DataError where its key is another."""
    try:
        return part.cast(schema)
    except (pa.ArrowException, ValueError) as error:
        raise DataError(f"the key of '{file}' is not what it is in the first file: {reason_of(error)}") from error


def join(parts: Sequence[Path], out: Path, about: Mapping[str, str]) -> int:
    """Write all parts as one file, which tells `about`; how many of its rows have no prediction.

    Its bytes follow from the rows alone, not from how they were parted.
    """
    schema, without = pq.read_schema(parts[0]).with_metadata(dict(about)), 0
    with partial_file(out) as partial:
        with pq.ParquetWriter(partial, schema, use_dictionary=texts_of(schema)) as writer:
            for rows in _groups(parts):
                without += rows.column(rows.num_columns - 1).null_count
                writer.write_table(rows.replace_schema_metadata(dict(about)), row_group_size=PART_ROWS)
        partial.replace(out)
    return without


def texts_of(schema: pa.Schema) -> list[str]:
    """Columns in which values repeat; numbers hardly do."""
    return [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]


def _groups(parts: Sequence[Path]) -> Iterator[pa.Table]:
    """The rows of all parts, `PART_ROWS` at a time, each column in one piece."""
    waiting: list[pa.Table] = []
    for read in _row_groups(parts):
        waiting.append(read)
        while sum(each.num_rows for each in waiting) >= PART_ROWS:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, PART_ROWS).combine_chunks()
            waiting = [whole.slice(PART_ROWS)]
    if rest := [each for each in waiting if each.num_rows]:
        yield pa.concat_tables(rest).combine_chunks()


def _row_groups(parts: Sequence[Path]) -> Iterator[pa.Table]:
    for part in parts:
        with pq.ParquetFile(part) as opened:
            for number in range(opened.num_row_groups):
                yield opened.read_row_group(number)


def _rows_of(part: Path) -> int:
    """0 for one that is damaged, as after the loss of power."""
    try:
        return int(pq.read_metadata(part).num_rows)
    except (OSError, pa.ArrowException):
        return 0
