"""Tables of text whose cells stand between separators."""

import csv
import gzip
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.errors import ParserWarning

from mtl.data.frame import DOUBTS

LONGEST_LINE = 1 << 20
"""Bytes at the end of a file in which its last line is looked for."""

ROWS_A_CHUNK = 1 << 16
"""Rows that are read at a time where not all are needed at once."""

NO_NUMBERS = (
    "",
    "#N/A",
    "#N/A N/A",
    "#NA",
    "-1.#IND",
    "-1.#QNAN",
    "-NaN",
    "-nan",
    "1.#IND",
    "1.#QNAN",
    "<NA>",
    "N/A",
    "NA",
    "NULL",
    "NaN",
    "None",
    "n/a",
    "nan",
    "null",
)
"""What pandas takes for a missing value."""

AS_TEXT = {"dtype": str, "keep_default_na": False}
"""Cells as they stand there, whatever they look like."""

OF_BYTES = ("utf-8", "latin-1", "cp1252")
"""Encodings in which a line break is one byte, wherever it stands."""


@dataclass(frozen=True)
class Dialect:
    """How a table is spelled.

    Attributes:
        separator: the character between two cells.
        decimal: the character before the decimals of a number.
        encoding: of its characters.
    """

    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8"

    def read(self, source: Path, options: Mapping[str, Any]) -> pd.DataFrame:
        """The table as pandas reads it with these options of `pandas.read_csv`."""
        table: pd.DataFrame = pd.read_csv(source, **self._told(options))
        return table

    def chunks(self, source: Path, options: Mapping[str, Any]) -> Iterator[pd.DataFrame]:
        """Likewise, `chunksize` rows at a time."""
        with pd.read_csv(source, **self._told(options)) as reader:
            yield from reader

    def _told(self, options: Mapping[str, Any]) -> dict[str, Any]:
        spelled = {"sep": self.separator, "decimal": self.decimal, "encoding": self.encoding, "index_col": False}
        return {**options, **spelled}


def read_delimited(path: Path, dialect: Dialect) -> pd.DataFrame:
    """The table in a file, its columns named as they are there.

    In a column of numbers or truth values `NA`, `null`, `None` and their like are missing values. In a column of words
    they are words (Namibia, a class `None`), and the empty cell alone is missing: which is meant a spec can say, and
    what was swallowed nobody could get back.

    Raises:
        ValueError, OSError, EOFError, ParserWarning: it cannot be read.
    """
    with warnings.catch_warnings():
        # Of more cells in a row than names in the header pandas drops the surplus, whatever was meant.
        warnings.simplefilter("error", ParserWarning)
        table = dialect.read(path, {"low_memory": False})
    # pandas calls the second of two columns 'x' 'x.1': as if the first were the one that is meant.
    header = header_of(path, dialect)
    named = _with_words(table, path, dialect).set_axis(header, axis="columns")
    named.attrs[DOUBTS] = doubts_about(path, dialect, len(header))
    return named


def chunks_of_cells(
    path: Path, dialect: Dialect, columns: Sequence[str], texts: Collection[str]
) -> Iterator[pd.DataFrame]:
    """Some columns, some rows at a time; raises what `read_delimited` does.

    `texts`: columns of words, of which the empty cell alone is missing, however many rows look like numbers.
    """
    words = [name for name in columns if name in texts]
    empty = {name: [""] if name in texts else list(NO_NUMBERS) for name in columns}
    options = {
        "dtype": dict.fromkeys(words, str),
        "keep_default_na": False,
        "na_values": empty,
        "low_memory": False,
        "chunksize": ROWS_A_CHUNK,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error", ParserWarning)  # of all columns: of some, pandas drops a surplus silently
        for chunk in dialect.chunks(path, options):
            yield chunk[list(columns)]


def header_of(path: Path, dialect: Dialect) -> list[str]:
    """The names of the columns, as they stand there; raises what `read_delimited` does."""
    names: list[str] = dialect.read(path, {**AS_TEXT, "header": None, "nrows": 1}).iloc[0].tolist()
    return names


def opened(path: Path) -> BufferedIOBase:
    """The bytes of a file, of a compressed one those that were compressed."""
    return gzip.open(path) if is_compressed(path) else path.open("rb")


def is_compressed(path: Path) -> bool:
    """Whether the name says so."""
    return path.suffix.lower() == ".gz"


def _with_words(table: pd.DataFrame, path: Path, dialect: Dialect) -> pd.DataFrame:
    """The table with the words back that pandas takes for missing values."""
    of_words = [isinstance(dtype, pd.StringDtype) for dtype in table.dtypes]
    gaps = table.isna().any().to_numpy()
    positions = [place for place, (words, gap) in enumerate(zip(of_words, gaps, strict=True)) if words and gap]
    if not positions:
        return table
    again = dialect.read(path, {**AS_TEXT, "usecols": positions, "na_values": [""]})
    columns = {place: again.iloc[:, found] for found, place in enumerate(positions)}
    return pd.concat([columns.get(place, table.iloc[:, place]) for place in range(table.shape[1])], axis="columns")


def doubts_about(path: Path, dialect: Dialect, num_columns: int) -> list[str]:
    """What speaks against a file being whole; of a compressed one its own end does.

    Raises:
        ValueError: its last line is not.
    """
    if is_compressed(path) or dialect.encoding not in OF_BYTES:
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_LINE))
        end = file.read()
    if not end or end.endswith((b"\n", b"\r")):
        return []
    line = end.replace(b"\r", b"\n").rpartition(b"\n")[2].decode(dialect.encoding, errors="replace")
    cells = next(csv.reader([line], delimiter=dialect.separator), [])
    if line.count('"') % 2 == 0 and len(cells) < num_columns:
        raise ValueError(
            f"the last line ends after {len(cells)} of {num_columns} cells, without a line break: was the file cut?"
            " Get it whole again, or end the line"
        )
    shown = line if len(line) <= 60 else "…" + line[-59:]
    return [f"the file ends without a line break, in {shown!r}: if it was cut there, get it whole again"]
