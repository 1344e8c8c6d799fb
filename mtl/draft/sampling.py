"""A bounded look at files that may be large: rows, how many there are, and how they are written."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from mtl.data.delimited import OF_BYTES, Dialect, is_compressed, opened, read_delimited
from mtl.data.delimited_format import DelimitedFormat
from mtl.data.file_format import with_index
from mtl.data.matching_files import joined, matching_files
from mtl.data.sources.path import PathSource, suffix_of
from mtl.draft.dialects import dialect_of
from mtl.errors import DataError, SpecError, UserError
from mtl.extensions import FORMATS
from mtl.shown import shortened

START = 1 << 18
"""Bytes from which is told how a text is written."""

MOST_BYTES, MOST_CELLS = 48 << 20, 10_000_000
"""Of text, and of columns that are stored as such, which are read whole."""

BYTES, CELLS = 16 << 20, 2_000_000
"""That are read of more."""

PARTS = 4
"""Places of a larger file that are read: its start, its end, and between."""

MOST_KEYS = 20_000_000
"""Rows whose keys are compared with each other."""


@dataclass(frozen=True)
class Sample:
    """Rows of a table.

    Attributes:
        name: of the file, or of what else the rows come from, for people.
        table: the rows that were read.
        rows: how many there are.
        which: which of them were read, in words.
        dialect: how they are written; None where that needs no word.
        usual: the dialect that the suffix stands for.
        select: reads some columns of all rows; None where there is no more to read.
    """

    name: str
    table: pd.DataFrame
    rows: int
    which: str
    dialect: Dialect | None = None
    usual: Dialect | None = None
    select: Callable[[Sequence[str]], pd.DataFrame] | None = None

    @property
    def whole(self) -> bool:
        """Whether these are all rows."""
        return len(self.table) == self.rows

    @property
    def written(self) -> Mapping[str, str]:
        """What a spec must say of how the rows are written."""
        if self.dialect is None or self.usual is None:
            return {}
        keys = ("separator", "decimal", "encoding")
        return {
            key: getattr(self.dialect, key) for key in keys if getattr(self.dialect, key) != getattr(self.usual, key)
        }

    def columns(self, names: Sequence[str]) -> pd.DataFrame | None:
        """Some columns of all rows; None where there are too many rows to look at."""
        if self.whole:
            return self.table[list(names)]
        return None if self.select is None or self.rows > MOST_KEYS else self.select(names)


def take_sample(path: Path) -> Sample:
    """Look at a file, or at all that match a pattern.

    Raises:
        UserError: there is none, or one of a format that is not read.
        DataError: it is empty, damaged, or not what its suffix says.
    """
    files = matching_files(path)
    if not files:
        raise UserError(f"FILE: no file '{shortened(str(path))}'; give a CSV, TSV, Parquet or Feather file")
    try:
        usual = _usual(files[0])
        sample = _text(path, files, usual) if usual else _stored(path, files)
    except SpecError as error:
        raise UserError(f"FILE: {error}") from error
    except (ValueError, OSError, EOFError, pa.ArrowException) as error:
        raise DataError(f"'{path}' cannot be read as {suffix_of(files[0])}: {' '.join(str(error).split())}") from error
    except DataError as error:
        raise DataError(f"'{path}': {str(error).removeprefix(repr(str(path))).strip()}") from error
    if sample.table.empty:
        raise DataError(f"'{path}' holds no rows: expected a line for each, below the names of the columns")
    return sample


def _usual(file: Path) -> Dialect | None:
    """The dialect that a file's suffix stands for; None where it is no text."""
    found = FORMATS.get(suffix_of(file)[1:])
    return Dialect(found.separator) if issubclass(found, DelimitedFormat) else None


def _text(path: Path, files: Sequence[Path], usual: Dialect) -> Sample:
    with opened(files[0]) as file:
        start = file.read(START)
        whole = not file.read(1)
    dialect = dialect_of(start, whole, usual.separator)
    if not is_compressed(files[0]) and not whole:
        dialect = replace(dialect, encoding=_encoding_of_all(files, dialect.encoding))
    size = sum(file.stat().st_size for file in files) * (10 if is_compressed(files[0]) else 1)
    if size <= MOST_BYTES:
        table = PathSource(path, dialect.separator, dialect.decimal, dialect.encoding).read(Path())
        return Sample(path.name, table, len(table), f"all {len(table):,} rows", dialect, usual)
    looked = _spread(files)
    table = joined({file: _excerpt(file, dialect, BYTES // len(looked)) for file in looked})
    rows = sum(_count_lines(file) - 1 for file in files)
    where = "from its start" if is_compressed(files[0]) else f"from {PARTS} places"
    which = f"{len(table):,} of about {rows:,} rows, {where}"
    return Sample(path.name, table, max(rows, len(table)), which, dialect, usual, partial(_columns, files, dialect))


def _stored(path: Path, files: Sequence[Path]) -> Sample:
    """Of columns that are stored as such, whose files know how many rows they hold."""
    if suffix_of(files[0]) != ".parquet" or sum(map(_cells, files)) <= MOST_CELLS or any(map(_counts_rows, files)):
        table = PathSource(path).read(Path())
        return Sample(path.name, table, len(table), f"all {len(table):,} rows")
    rows, looked = sum(pq.read_metadata(file).num_rows for file in files), _spread(files)
    table = joined({file: _row_groups(file, CELLS // len(looked)) for file in looked})
    which = f"{len(table):,} of {rows:,} rows, from {PARTS} places"
    return Sample(path.name, table, rows, which, select=partial(_columns, files, None))


def _cells(file: Path) -> int:
    told = pq.read_metadata(file)
    return int(told.num_rows * told.num_columns)


def _counts_rows(file: Path) -> bool:
    """Whether a column is an index of pandas that counts rows: it is kept as three numbers, and is in no part."""
    told = pq.read_schema(file).pandas_metadata or {}
    return any(isinstance(index, dict) and index["name"] is not None for index in told.get("index_columns", ()))


def _row_groups(file: Path, cells: int) -> pd.DataFrame:
    with pq.ParquetFile(file) as source:
        told = source.metadata
        groups = sorted({round(place) for place in np.linspace(0, told.num_row_groups - 1, PARTS)})
        rows = max(1, cells // max(1, told.num_columns) // len(groups))
        batches = [next(source.iter_batches(batch_size=rows, row_groups=[group])) for group in groups]
    return with_index(pa.Table.from_batches(batches).to_pandas())


def _spread(files: Sequence[Path]) -> list[Path]:
    """The first, the last and some between."""
    return [files[place] for place in sorted({round(each) for each in np.linspace(0, len(files) - 1, PARTS)})]


def _excerpt(file: Path, dialect: Dialect, size: int) -> pd.DataFrame:
    """Whole lines from several places of a file, of a compressed one from its start."""
    parts = PARTS if dialect.encoding in OF_BYTES and not is_compressed(file) else 1
    with tempfile.TemporaryDirectory() as folder, opened(file) as source:
        copied = Path(folder) / "excerpt.csv"
        with copied.open("w", encoding="utf-8", newline="") as target:
            for part in range(parts):
                if part:
                    source.seek(max(source.tell(), (file.stat().st_size - size // parts) * part // (parts - 1)))
                    source.readline()
                text = source.read(size // parts).decode(dialect.encoding, errors="ignore")
                target.write(text[: text.rfind("\n") + 1] or text)
        return read_delimited(copied, replace(dialect, encoding="utf-8"))


def _encoding_of_all(files: Sequence[Path], encoding: str) -> str:
    """The encoding of all bytes, where it was told from the first."""
    for file in files if encoding in ("utf-8", "cp1252") else ():
        try:
            with file.open(encoding=encoding, newline="") as text:
                while text.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            return "latin-1"
    return encoding


def _count_lines(file: Path) -> int:
    with opened(file) as source:
        return sum(block.count(b"\n") for block in iter(lambda: source.read(1 << 22), b""))


def _columns(files: Sequence[Path], dialect: Dialect | None, names: Sequence[str]) -> pd.DataFrame:
    return pd.concat([_columns_of(file, dialect, names) for file in files], ignore_index=True)


def _columns_of(file: Path, dialect: Dialect | None, names: Sequence[str]) -> pd.DataFrame:
    if dialect is not None:
        return dialect.read(file, {"usecols": list(names)})[list(names)]
    return with_index(pd.read_parquet(file, columns=list(names)))[list(names)]
