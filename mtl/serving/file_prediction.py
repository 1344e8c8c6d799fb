"""Predictions for all rows of files, in one Parquet file that appears whole; an interrupted run goes on.

Beside it lies meanwhile a folder of parts: in order by this process, or a file at a time by others.
"""

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from filelock import FileLock, Timeout

from mtl.errors import DataError, UserError
from mtl.manifest import sha256_of
from mtl.serving.file_answers import FileAnswers, on_one_thread
from mtl.serving.file_parts import PART_ROWS, FileParts, KeptRows, alike, join
from mtl.serving.reload import Served
from mtl.serving.rest_of_file import BundleThere, RestOfFile, predict_rest

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


@dataclass(frozen=True, eq=False)
class _Asked:
    """What is to be predicted by what, and what there is of it."""

    served: Served
    answers: FileAnswers
    files: Sequence[Path]
    parts: FileParts
    kept: Sequence[KeptRows]
    told: Told

    @property
    def left(self) -> list[tuple[int, Path, int]]:
        """The number, the file and the first row of each file that is not done."""
        each = enumerate(zip(self.files, self.kept, strict=True))
        return [(number, file, kept.rows) for number, (file, kept) in each if not kept.done]


def predict_files(
    name: str,
    served: Served,
    files: Sequence[Path],
    out: Path,
    told: Told,
    part_rows: int = PART_ROWS,
    apart: Executor | None = None,
) -> FilesPredicted:
    """Write what a version of the model `name` predicts of the rows of `files`, in their order, to `out`.

    `apart`: where files are predicted side by side, each whole by one process that sees what this one sees; by default
    here, one after the other. The result has the same bytes.

    Raises:
        UserError: another process writes there; a column is missing; a process does not see the files.
        DataError: a file or a cell cannot be read; no row; a file changed meanwhile; other keys in other files.
        MtlError: a process of `apart` was lost.
    """
    answers, side = FileAnswers.of(served), out.absolute().with_name(f"{out.name}.parts")
    for file in files:
        answers.require(file)
    side.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(side / "lock", timeout=0):
            before = [_state(file) for file in files]
            parts = FileParts.opened(side, [answers.bundle.digest, *map(sha256_of, files)])
            asked = _Asked(served, answers, files, parts, parts.kept(len(files)), told)
            with on_one_thread():
                rows = _predict_here(asked, part_rows) if apart is None else _predict_apart(asked, apart)
            if rows == 0:
                raise DataError(f"'{files[0]}' holds no row; expected at least one")
            if [_state(file) for file in files] != before:
                raise DataError("IN was changed while it was read; start again once it stays as it is")
            about = {"mtl.model": name, "mtl.version": served.version, "mtl.bundle": answers.bundle.digest}
            without = join(parts.files, out, about)
            shutil.rmtree(side, ignore_errors=True)
            return FilesPredicted(rows, sum(kept.rows for kept in asked.kept), without)
    except Timeout as error:
        raise UserError(f"OUT: another process is writing '{out}'; wait for it, or name another file") from error


def _predict_here(asked: _Asked, part_rows: int) -> int:
    """The rows of all files, those that were there among them."""
    rows, schema = sum(kept.rows for kept in asked.kept), asked.parts.schema
    asked.told(rows)
    for number, file, start in asked.left:
        here = start
        for part in asked.answers.parts(file, start, part_rows):
            schema = schema or part.schema
            asked.parts.write(alike(part, schema, file), number, here)
            here, rows = here + part.num_rows, rows + part.num_rows
            asked.told(rows)
        asked.parts.finish(number, here)
    return rows


def _predict_apart(asked: _Asked, apart: Executor) -> int:
    """As `_predict_here`; what is told is told by file."""
    rows, schema = sum(kept.rows for kept in asked.kept), asked.parts.schema or _schema(asked)
    asked.told(rows)
    if schema is None:
        return rows
    bundle = BundleThere(asked.served.version, asked.answers.bundle.folder.absolute(), asked.answers.bundle.digest)
    left = [
        RestOfFile(bundle, file.absolute(), number, start, asked.parts, schema) for number, file, start in asked.left
    ]
    for done in as_completed([apart.submit(predict_rest, rest) for rest in left]):
        rows += done.result()
        asked.told(rows)
    return rows


def _schema(asked: _Asked) -> pa.Schema | None:
    """The result's columns and types, which are those of the first rows; None where there is no row."""
    first = (next(asked.answers.answers(file, 0), None) for file in asked.files)
    return next((rows.schema for rows in first if rows is not None), None)


def _state(file: Path) -> tuple[int, int, int]:
    stat = file.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino
