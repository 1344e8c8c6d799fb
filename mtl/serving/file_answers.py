"""Tables of a file's rows → tables of its key and of what a served version predicts, the same as over HTTP."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mtl.data.row_chunks import is_spelled, names_in, row_chunks
from mtl.errors import UserError
from mtl.serving.bundle import Bundle
from mtl.serving.compiled import Compiled, compiled
from mtl.serving.file_rows import FileRows
from mtl.serving.reload import Served
from mtl.serving.request_body import RequestError, some_of
from mtl.serving.request_rows import require_columns
from mtl.serving.row_layout import TypedRows

AT_ONCE = 4096
"""Rows that are transformed together: of more, what a step leaves is in no cache when the next one reads it."""

PART_SECONDS = 20.0
"""A part ends sooner where a model is slow: about what an interrupted run loses, and how often progress is told."""


@contextmanager
def on_one_thread() -> Iterator[None]:
    """One thread for NumPy and PyTorch within the block: by several, sums come out otherwise in their last digits.

    Nor do the threads of a library that wait for each other hold up whoever else is on this machine.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(before)


@dataclass(frozen=True, eq=False)
class FileAnswers:
    """What a version answers to the rows of files.

    Attributes:
        bundle: the version's.
        ready: the bundle made ready; None where that predicts otherwise, so that the bundle itself must.
    """

    bundle: Bundle
    ready: Compiled | None

    @classmethod
    def of(cls, served: Served) -> "FileAnswers":
        """Those of a version that was loaded from its bundle."""
        if not isinstance(served.predictor, Bundle):
            raise TypeError(f"version {served.version} is no bundle")
        return cls(served.predictor, served.compiled)

    def require(self, file: Path) -> None:
        """Raise UserError where a file lacks columns, all of which are named, or has one of them twice; DataError."""
        names, wanted = names_in(file), {column.name for column in self.bundle.columns}
        repeated = sorted(name for name in wanted | set(self.bundle.key) if names.count(name) > 1)
        if repeated:
            raise UserError(f"IN: '{file}': each column once; repeated: {some_of(repeated)}")
        try:
            require_columns(names, self.bundle.columns)
        except RequestError as error:
            raise UserError(f"IN: '{file}': {error}") from error

    def answers(self, file: Path, start: int) -> Iterator[pa.Table]:
        """The answers to the rows of a file from `start` on, some rows at a time; raises DataError."""
        here, rows = set(names_in(file)), FileRows(self.bundle, self._compiled.layout, str(file), is_spelled(file))
        key = [name for name in self.bundle.key if name in here]
        columns = [column for column in self.bundle.columns if column.name not in key]
        texts = {*key, *(column.name for column in self.bundle.columns if column.cell.type == "string")}
        for chunk in row_chunks(file, [*key, *(column.name for column in columns)], texts, start):
            found = self._predicted(rows.read(chunk.to_pandas(), start))
            yield pa.table({**{self._named(name): chunk[name] for name in key}, **found})
            start += chunk.num_rows

    def parts(self, file: Path, start: int, part_rows: int) -> Iterator[pa.Table]:
        """As `answers`, more rows at a time: at least `part_rows`, or what came in `PART_SECONDS`."""
        return _gathered(self.answers(file, start), part_rows)

    @cached_property
    def _compiled(self) -> Compiled:
        return self.ready or compiled(self.bundle)

    def _named(self, key: str) -> str:
        """What a column of the key is called in the answer, where a task may have its name."""
        return f"key.{key}" if key in {output.name for output in self.bundle.outputs} else key

    def _predicted(self, rows: TypedRows) -> dict[str, pa.Array]:
        """An answer's columns; null in each row of which a prediction is no finite number."""
        if self.ready is None:
            with np.errstate(all="ignore"):
                answer = self.bundle.predict(self._compiled.layout.table(rows))
            return _nulled({str(name): column.to_numpy() for name, column in answer.items()})
        parts = [self.ready.predict_many(part) for part in _parts(rows)]
        return _nulled(self.ready.form.columns(np.concatenate(parts)))


def _parts(rows: TypedRows) -> Iterator[TypedRows]:
    for first in range(0, len(rows), AT_ONCE):
        place = slice(first, first + AT_ONCE)
        yield TypedRows(rows.numbers[place], tuple(column[place] for column in rows.strings))


def _nulled(columns: Mapping[str, NDArray[Any]]) -> dict[str, pa.Array]:
    numbers = [column for column in columns.values() if column.dtype.kind == "f"]
    wrong = ~np.isfinite(np.sum(numbers, axis=0))  # a sum is finite if all are: what is predicted is no 1e308
    mask = wrong if wrong.any() else None
    return {name: pa.array(column, mask=mask) for name, column in columns.items()}


def _gathered(tables: Iterator[pa.Table], part_rows: int) -> Iterator[pa.Table]:
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
