"""What the columns of training rows were like, small enough to lie beside a model: how often which values.

Of numbers and of times the shares of tenths of the training rows, of words the shares of the most frequent, of texts
those of their lengths; of labels the same as of features. Values that are missing are a value of their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from mtl.data.splits import Split
from mtl.data.stored_table import AnyTable, in_memory, rows_at
from mtl.names import canonical_names, read_numbers
from mtl.spec import Spec, TimeSplit

Holds = Literal["numbers", "times", "lengths", "words"]
Floats = NDArray[np.float64]

TENTHS = 10
MOST_WORDS = 50
"""Names that are told apart; all rarer ones are one."""

MOST_ROWS = 200_000
"""Rows that are looked at, evenly from all."""

FEWEST_RECENT = 500
"""Rows of the validation window of a time split from which on they are what is compared: the newest there are."""


@dataclass(frozen=True)
class ColumnProfile:
    """A column.

    Attributes:
        name: in the data.
        label_of: the task whose label it is; empty of a feature.
        holds: how its values are told apart.
        edges: between bins of numbers, times (seconds since 1970) and lengths (words of a text), [B − 1], rising.
        words: the values of words, [B − 1]; all others are one more.
        counts: of rows with a value in each bin, [B].
        missing: rows without one.
    """

    name: str
    label_of: str
    holds: Holds
    edges: tuple[float, ...]
    words: tuple[str, ...]
    counts: tuple[int, ...]
    missing: int

    @property
    def rows(self) -> int:
        """With a value or without."""
        return sum(self.counts) + self.missing


@dataclass(frozen=True)
class Profile:
    """The columns of training rows, and how many rows there were."""

    rows: int
    columns: tuple[ColumnProfile, ...]


def profile_of(spec: Spec, table: AnyTable, rows: NDArray[np.int64]) -> Profile:
    """The profile of some rows of a table; `rows`: their positions in it."""
    frame = in_memory(rows_at(table, sampled(rows)), list(dict.fromkeys(name for name, *_ in _columns(spec))))
    return Profile(len(rows), tuple(column_profile(frame[name], label, kind) for name, label, kind in _columns(spec)))


def sampled(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """As many of some positions as are looked at, evenly from all."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_ROWS)).astype(np.int64))]


def recent_rows(spec: Spec, split: Split) -> NDArray[np.int64]:
    """The rows that are compared with a profile: the newest that a choice may read, else those that are trained on."""
    newest = split.validation if isinstance(spec.split, TimeSplit) else split.train
    return newest if len(newest) >= FEWEST_RECENT else split.train


def counted(like: ColumnProfile, column: pd.Series) -> ColumnProfile:
    """The profile of other rows of a column, in the bins of an earlier one."""
    known = column.dropna()
    values = _values(known, like.holds)
    if like.holds == "words":
        places = pd.Index(like.words).get_indexer(pd.Index(values))
        bins = np.where(places < 0, len(like.words), places)
    else:
        bins = np.searchsorted(like.edges, values.astype(np.float64), side="right")
    counts = np.bincount(bins, minlength=len(like.counts))
    missing = len(column) - len(values)
    return ColumnProfile(like.name, like.label_of, like.holds, like.edges, like.words, _whole(counts), missing)


def _columns(spec: Spec) -> Iterator[tuple[str, str, str]]:
    """Each column that is learned from, with the task whose label it is, and its kind."""
    for kind, names in spec.features.by_kind.items():
        yield from ((name, "", kind) for name in names)
    yield from ((spec.label(task), task, "label") for task in spec.tasks)


def column_profile(column: pd.Series, label_of: str, kind: str) -> ColumnProfile:
    """Of one column. `label_of`: the task whose label it is, or empty. `kind`: of the feature, or `label`."""
    holds = _holds(column, kind)
    values = _values(column.dropna(), holds)
    edges: tuple[float, ...] = ()
    words: tuple[str, ...] = ()
    if holds == "words":
        words = tuple(map(str, pd.Series(values).value_counts().index[:MOST_WORDS]))
    elif len(values):
        numbers = values.astype(np.float64)
        edges = tuple(np.unique(np.quantile(numbers, np.linspace(0, 1, TENTHS + 1)[1:-1])).tolist())
    bins = (len(words) if holds == "words" else len(edges)) + 1
    return counted(ColumnProfile(str(column.name), label_of, holds, edges, words, (0,) * bins, 0), column)


def _holds(column: pd.Series, kind: str) -> Holds:
    if kind == "datetime":
        return "times"
    if kind == "text":
        return "lengths"
    if kind == "numeric" or (kind == "label" and _is_measured(column)):
        return "numbers"
    return "words"


def _is_measured(column: pd.Series) -> bool:
    return types.is_numeric_dtype(column.dtype) and column.nunique() > TENTHS


def _values(known: pd.Series, holds: Holds) -> NDArray[np.generic]:
    """What is told apart of cells that are not missing; fewer where some are not what they should be."""
    match holds:
        case "numbers":
            numbers = read_numbers(known)
            return numbers[np.isfinite(numbers)]
        case "times":
            times = pd.to_datetime(known, errors="coerce", utc=True, format="ISO8601").dropna()
            return times.astype("datetime64[s, UTC]").astype("int64").to_numpy(dtype=np.float64)
        case "lengths":
            return np.array([len(str(text).split()) for text in known], dtype=np.float64)
        case "words":
            return np.asarray(canonical_names(known), dtype=object)


def _whole(counts: Sequence[int] | NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(int(count) for count in counts)
