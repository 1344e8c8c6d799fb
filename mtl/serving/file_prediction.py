"""Predictions for all rows of files, in one Parquet file that appears whole; an interrupted run goes on.

Beside it lies meanwhile a folder of parts, each whole or absent, and of what was asked: the digests of the files and of
the version's bundle. Parts that were made for something else are made anew.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from mtl.errors import DataError, UserError
from mtl.manifest import sha256_of
from mtl.serving.file_answers import FileAnswers
from mtl.serving.reload import Served
from mtl.shown import reason_of
from mtl.storage import partial_file, read_json, write_json

PART_ROWS = 1 << 20
"""Rows of a part, and of a row group."""

PART_SECONDS = 20.0
"""A part ends sooner where a model is slow: about what an interrupted run loses, and how often progress is told."""

FORMAT = 1
"""Of the parts."""

Told = Callable[[int], object]
"""What is told of each step: the rows that are done."""


@dataclass(frozen=True)
class FilesPredicted:
    """What became of a run.

    Attributes:
        rows: in the result.
        reused: of those, what an interrupted run had left.
        without: rows without a prediction, since one of them was no finite number.
    """

    rows: int
    reused: int
    without: int


def predict_files(
    name: str, served: Served, files: Sequence[Path], out: Path, told: Told, part_rows: int = PART_ROWS
) -> FilesPredicted:
    """Write what a version of the model `name` predicts of the rows of `files`, in their order, to `out`.

    Raises:
        UserError: another process writes there; a column is missing.
        DataError: a file or a cell cannot be read; no row; a file changed meanwhile; other keys in other files.
    """
    answers, side = FileAnswers.of(served), out.with_name(f"{out.name}.parts")
    for file in files:
        answers.require(file)
    side.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(side / "lock", timeout=0):
            rows, reused = _write_parts(answers, files, side, told, part_rows)
            about = {"mtl.model": name, "mtl.version": served.version, "mtl.bundle": answers.bundle.digest}
            without = _join(sorted(side.glob("*.parquet")), out, about)
            shutil.rmtree(side, ignore_errors=True)
            return FilesPredicted(rows, reused, without)
    except Timeout as error:
        raise UserError(f"OUT: another process is writing '{out}'; wait for it, or name another file") from error


def _write_parts(
    answers: FileAnswers, files: Sequence[Path], side: Path, told: Told, part_rows: int
) -> tuple[int, int]:
    """The rows of all parts, and of those that were there."""
    before = [_state(file) for file in files]
    kept = _kept(side, [FORMAT, answers.bundle.digest, *map(sha256_of, files)], len(files))
    reused = rows = sum(map(sum, kept))
    told(rows)
    for number, file in enumerate(files):
        if any(kept[number + 1 :]):
            continue  # it was done when the next one was begun
        start = sum(kept[number])
        for part in _parts(answers.answers(file, start), part_rows):
            _write(part, side, f"{number:06}-{start:012}.parquet", file)
            start, rows = start + part.num_rows, rows + part.num_rows
            told(rows)
    if rows == 0:
        raise DataError(f"'{files[0]}' holds no row; expected at least one")
    if [_state(file) for file in files] != before:
        raise DataError("IN was changed while it was read; start again once it stays as it is")
    return rows, reused


def _write(part: pa.Table, side: Path, name: str, file: Path) -> None:
    """A part of the rows of a file, with the columns and types of the first part."""
    first = min(side.glob("*.parquet"), default=None)
    try:
        alike = part if first is None else part.cast(pq.read_schema(first))
    except (pa.ArrowException, ValueError) as error:
        raise DataError(f"the key of '{file}' is not what it is in the first file: {reason_of(error)}") from error
    with partial_file(side / name) as partial:
        pq.write_table(alike, partial, use_dictionary=_texts(alike.schema))
        partial.replace(side / name)


def _state(file: Path) -> tuple[int, int, int]:
    stat = file.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _kept(side: Path, asked: list[object], count: int) -> list[list[int]]:
    """The rows of each file's parts that can be used, one after the other from its first row; others are removed."""
    try:
        same = read_json(side / "asked.json") == asked
    except (OSError, ValueError):
        same = False
    kept: list[list[int]] = [[] for _ in range(count)]
    for part in sorted(side.glob("*.parquet")):
        number, start = map(int, part.stem.split("-"))
        rows = _rows_of(part) if same and number < count and start == sum(kept[number]) else 0
        if rows:
            kept[number].append(rows)
        else:
            part.unlink()
    write_json(side / "asked.json", asked)
    return kept


def _rows_of(part: Path) -> int:
    """0 for one that is damaged, as after the loss of power."""
    try:
        return int(pq.read_metadata(part).num_rows)
    except (OSError, pa.ArrowException):
        return 0


def _parts(tables: Iterator[pa.Table], part_rows: int) -> Iterator[pa.Table]:
    """The rows of some tables in larger ones: of at least `part_rows`, or what came in `PART_SECONDS`."""
    waiting: list[pa.Table] = []
    begun = time.monotonic()
    for table in tables:
        waiting.append(table)
        if sum(each.num_rows for each in waiting) >= part_rows or time.monotonic() - begun >= PART_SECONDS:
            yield pa.concat_tables(waiting)
            waiting, begun = [], time.monotonic()
    if waiting:
        yield pa.concat_tables(waiting)


def _join(parts: Sequence[Path], out: Path, about: Mapping[str, str]) -> int:
    """Write all parts as one file; how many of its rows have no prediction."""
    schema, without = pq.read_schema(parts[0]).with_metadata(dict(about)), 0
    with partial_file(out) as partial:
        with pq.ParquetWriter(partial, schema, use_dictionary=_texts(schema)) as writer:
            for part in parts:
                rows = pq.read_table(part)
                without += rows.column(rows.num_columns - 1).null_count
                writer.write_table(rows.replace_schema_metadata(dict(about)), row_group_size=PART_ROWS)
        partial.replace(out)
    return without


def _texts(schema: pa.Schema) -> list[str]:
    """Columns in which values repeat; numbers hardly do."""
    return [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
