"""Tables of text whose cells stand between separators."""

import csv
import warnings
from pathlib import Path

import pandas as pd
from pandas.errors import ParserWarning

from mtl.data.frame import DOUBTS

LONGEST_LINE = 1 << 20
"""Bytes at the end of a file in which its last line is looked for."""


def read_delimited(path: Path, separator: str) -> pd.DataFrame:
    """The table in a file, its columns named as they are there.

    In a column of numbers or truth values `NA`, `null`, `None` and their like are missing values. In a column of words
    they are words (Namibia, a class `None`), and the empty cell alone is missing: which is meant a spec can say, and
    what was swallowed nobody could get back.

    Raises:
        ValueError, OSError, ParserWarning: it cannot be read.
    """
    with warnings.catch_warnings():
        # Of more cells in a row than names in the header pandas drops the surplus, whatever was meant.
        warnings.simplefilter("error", ParserWarning)
        table = pd.read_csv(path, sep=separator, low_memory=False, index_col=False)
    # pandas calls the second of two columns 'x' 'x.1': as if the first were the one that is meant.
    header = header_of(path, separator)
    named = _with_words(table, path, separator).set_axis(header, axis="columns")
    named.attrs[DOUBTS] = _doubts(path, separator, len(header))
    return named


def header_of(path: Path, separator: str) -> list[str]:
    """The names of the columns, as they stand there; raises what `read_delimited` does."""
    line = pd.read_csv(path, sep=separator, header=None, nrows=1, dtype=str, index_col=False, keep_default_na=False)
    names: list[str] = line.iloc[0].tolist()
    return names


def _with_words(table: pd.DataFrame, path: Path, separator: str) -> pd.DataFrame:
    """The table with the words back that pandas takes for missing values."""
    of_words = [isinstance(dtype, pd.StringDtype) for dtype in table.dtypes]
    gaps = table.isna().any().to_numpy()
    positions = [place for place, (words, gap) in enumerate(zip(of_words, gaps, strict=True)) if words and gap]
    if not positions:
        return table
    again = pd.read_csv(
        path, sep=separator, usecols=positions, dtype=str, keep_default_na=False, na_values=[""], index_col=False
    )
    columns = {place: again.iloc[:, found] for found, place in enumerate(positions)}
    return pd.concat([columns.get(place, table.iloc[:, place]) for place in range(table.shape[1])], axis="columns")


def _doubts(path: Path, separator: str, num_columns: int) -> list[str]:
    """What speaks against the file being whole.

    Raises:
        ValueError: its last line is not.
    """
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_LINE))
        end = file.read()
    if not end or end.endswith((b"\n", b"\r")):
        return []
    line = end.replace(b"\r", b"\n").rpartition(b"\n")[2].decode("utf-8", errors="replace")
    cells = next(csv.reader([line], delimiter=separator), [])
    if line.count('"') % 2 == 0 and len(cells) < num_columns:
        raise ValueError(
            f"the last line ends after {len(cells)} of {num_columns} cells, without a line break: was the file cut?"
            " Get it whole again, or end the line"
        )
    shown = line if len(line) <= 60 else "…" + line[-59:]
    return [f"the file ends without a line break, in {shown!r}: if it was cut there, get it whole again"]
