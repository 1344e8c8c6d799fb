"""The rows of a file of the user's, some at a time: for what looks at each row once, in the file's order."""

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from mtl.data.file_format import FileFormat
from mtl.data.sources.path import UNREADABLE, suffix_of
from mtl.errors import DataError
from mtl.extensions import FORMATS

Read = TypeVar("Read")


def names_in(file: Path) -> tuple[str, ...]:
    """The names of a file's columns.

    Raises:
        SpecError: a suffix of no format that there is.
        DataError: it cannot be read.
    """
    written = _written(file)
    names = _told_of(file, lambda: written.column_names(file))
    return _told_of(file, lambda: tuple(written.read(file).columns)) if names is None else names


def rows_in(file: Path) -> int | None:
    """How many rows a file has, where it says so itself; raises what `names_in` does."""
    return _told_of(file, lambda: _written(file).num_rows(file))


def row_chunks(file: Path, columns: Sequence[str], texts: Collection[str], start: int = 0) -> Iterator[pa.Table]:
    """Some columns of a file's rows from `start` on, in tables of some rows; raises what `names_in` does.

    `texts`: columns whose cells are kept as they are spelled, where the format spells them.
    """
    chunks = _written(file).chunks(file, columns, texts, start)
    while (chunk := _told_of(file, lambda: next(chunks, None))) is not None:
        yield chunk


def is_spelled(file: Path) -> bool:
    """Whether a file's cells are text, so that a number is spelled out."""
    return _written(file).spelled_out


def _written(file: Path) -> FileFormat:
    return FORMATS.get(suffix_of(file)[1:])()


def _told_of(file: Path, read: Callable[[], Read]) -> Read:
    try:
        return read()
    except UNREADABLE as error:
        reason = " ".join(str(error).split())
        raise DataError(f"'{file}' cannot be read as {suffix_of(file)}: {reason}") from error
