"""A table of text that memory does not hold: parsed once, some rows at a time, into files whose columns are read alone.

What a column is, numbers, truth values or words, pandas tells of all its cells. A part of them may look like something
else: where all parts together leave no doubt, they are put together, and else the column is told again, as a whole.
"""

import csv
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api import types
from pandas.errors import ParserWarning
from typing_extensions import override

from mtl.data.column_reader import ColumnReader
from mtl.data.delimited import AS_TEXT, Dialect, doubts_about, header_of, read_delimited
from mtl.data.frame import DOUBTS

CHUNK = 1 << 18
"""Rows that are parsed at a time."""

NO_NUMBERS = (
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A"),
    *("NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
"""What pandas takes for missing values of itself."""

EXACT = 2**53
"""Whole numbers up to which a float says the same, however it was spelled."""


class TextColumns(ColumnReader):
    """The columns of a file, parsed into `folder`."""

    def __init__(self, path: Path, dialect: Dialect, folder: Path) -> None:
        """Raises what `read_delimited` does."""
        self._path, self._dialect, self._folder = path, dialect, folder
        self._chunks: list[Path] = []
        self._untold: set[int] = set()
        self.names = tuple(header_of(path, dialect))
        with warnings.catch_warnings():
            # Of more cells in a row than names in the header pandas drops the surplus, whatever was meant.
            warnings.simplefilter("error", ParserWarning)
            for chunk in _parsed(path, dialect):
                self._keep(chunk)
        self.attrs = {DOUBTS: doubts_about(path, dialect, len(self.names))}

    @override
    def read(self, name: str) -> pd.Series:
        place = self.names.index(name)
        parts = [_column(chunk, place) for chunk in self._chunks]
        told = place not in self._untold and _leave_no_doubt(parts)
        return (pd.concat(parts, ignore_index=True) if told else self._told_again(place)).rename(name)

    def _keep(self, chunk: pd.DataFrame) -> None:
        # Objects are truth values with gaps, or numbers that no file of columns holds.
        objects = [place for place, dtype in enumerate(chunk.dtypes) if types.is_object_dtype(dtype)]
        self._untold.update(place for place in objects if types.infer_dtype(chunk.iloc[:, place]) != "boolean")
        columns = {
            str(place): None if place in self._untold else chunk.iloc[:, place] for place in range(chunk.shape[1])
        }
        rows = pa.Table.from_pandas(pd.DataFrame(columns, index=chunk.index))
        self._chunks.append(self._folder / f"{len(self._chunks)}.arrow")
        with pa.OSFile(str(self._chunks[-1]), "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
            writer.write_table(rows)

    def _told_again(self, place: int) -> pd.Series:
        """The column from a file of its own."""
        alone = self._folder / f"column-{place}.csv"
        options = {**AS_TEXT, "usecols": [place], "chunksize": CHUNK}
        for number, chunk in enumerate(self._dialect.chunks(self._path, options)):
            # In quotes, for an empty line would be no row.
            chunk.to_csv(alone, mode="a" if number else "w", header=not number, index=False, quoting=csv.QUOTE_ALL)
        return read_delimited(alone, Dialect(decimal=self._dialect.decimal)).iloc[:, 0]


def _parsed(path: Path, dialect: Dialect) -> Iterator[pd.DataFrame]:
    """The rows, some at a time. What holds a word among the first of them holds words throughout."""
    first = dialect.read(path, {"low_memory": False, "nrows": CHUNK})
    words = [name for name, dtype in first.dtypes.items() if isinstance(dtype, pd.StringDtype)]
    options: dict[str, Any] = {
        "low_memory": False,
        "chunksize": CHUNK,
        "dtype": dict.fromkeys(words, str),
        # Among words the empty cell alone is missing, as `read_delimited` has it.
        "keep_default_na": False,
        "na_values": {name: [""] if name in words else list(NO_NUMBERS) for name in first.columns},
    }
    yield from dialect.chunks(path, options)


def _column(chunk: Path, place: int) -> pd.Series:
    options = pa.ipc.IpcReadOptions(included_fields=[place])
    with pa.OSFile(str(chunk)) as file:
        rows: pd.DataFrame = pa.ipc.open_file(file, options=options).read_all().to_pandas()
    return rows.iloc[:, 0]


def _leave_no_doubt(parts: Sequence[pd.Series]) -> bool:
    """Whether the parts together are of the type that the whole has."""
    dtypes = {str(part.dtype) for part in parts}
    if dtypes <= {"int64", "float64"}:
        whole = [part for part in parts if part.dtype == np.int64]
        return len(dtypes) == 1 or all(part.abs().max() <= EXACT for part in whole)
    return len(dtypes) == 1
