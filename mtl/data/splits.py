"""Which side of the study a row is on. Stable: a row that was tested once is never trained on later.

A row that a retired salt had on the test side is the exception: it was looked at, so that it decides nothing any more;
to train on it is sound, and to test on it again is not.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.data.published_split import held, named_sides
from mtl.data.row_keys import split_keys
from mtl.data.stored_table import AnyTable
from mtl.errors import DataError
from mtl.names import canonical_names, may_hold_times, read_times
from mtl.spec import ColumnSplit, GroupSplit, HashSplit, Spec, TimeSplit

SIDES = ("train", "validation", "test")

SALT = "mtl"
"""Of the rows that a published split trains on, of which some validate."""

CHUNK = 1 << 18
"""Rows whose names are in memory at a time."""

BETWEEN = "\x1f"
"""What stands between the parts of a name that is hashed: ASCII's unit separator, which no key holds."""


@dataclass(frozen=True)
class Split:
    """Row positions of each side, ascending and disjoint. Rows outside a time split's windows are on none."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]

    def rows(self, side: str) -> NDArray[np.int64]:
        """The row positions of a side by its name."""
        positions: NDArray[np.int64] = getattr(self, side)
        return positions


def split_rows(spec: Spec, table: AnyTable) -> Split:
    """Assign each row of `table` to a side.

    Raises:
        DataError: a side is empty, or a row has no key, group or readable day.
    """
    try:
        sides = _sides(spec, table)
    except DataError as error:
        raise DataError(f"{spec.place('split')}: split: {error}") from None
    split = Split(*(np.flatnonzero(sides == side) for side in range(len(SIDES))))
    for side in SIDES:
        if not len(split.rows(side)):
            found = f"; {held(table[spec.split.column])}" if isinstance(spec.split, ColumnSplit) else ""
            raise DataError(
                f"{spec.place('split')}: split: the {side} side is empty out of {len(table)} rows{found}; change the"
                " split"
            )
    return split


def hash_fractions(keys: pd.DataFrame, salt: str) -> NDArray[np.float64]:
    """A number in [0, 1) for each row, from the blake2b hash of its key columns; the same on every machine.

    Raises:
        DataError: a key is missing.
    """
    _require_whole(keys)
    starts = range(0, len(keys), CHUNK)
    return np.concatenate([np.zeros(0), *(_fractions(keys.iloc[start : start + CHUNK], salt) for start in starts)])


def key_names(keys: pd.DataFrame) -> list[str]:
    """One name for each row, of its key columns' canonical names in their order.

    Raises:
        DataError: a key is missing.
    """
    _require_whole(keys)
    columns = [[str(name) for name in canonical_names(keys[column])] for column in keys.columns]
    return [BETWEEN.join(row) for row in zip(*columns, strict=True)]


def _fractions(keys: pd.DataFrame, salt: str) -> NDArray[np.float64]:
    rows = key_names(keys)
    fractions = {row: _fraction(f"{salt}{BETWEEN}{row}") for row in set(rows)}
    return np.array([fractions[row] for row in rows], dtype=np.float64)


def _fraction(text: str) -> float:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") / 2**64


def _require_whole(keys: pd.DataFrame) -> None:
    for column in keys.columns:
        missing = keys[column].isna().to_numpy()
        if missing.any():
            raise DataError(f"column '{column}' has no value in row {missing.argmax()} of {len(missing)}")


def _sides(spec: Spec, table: AnyTable) -> NDArray[np.int64]:
    """The position in `SIDES` of each row's side, −1 where it is on none."""
    match spec.split:
        case TimeSplit() as rule:
            return _by_time(rule, days_of(table[rule.column]))
        case GroupSplit() as rule:
            return _by_hash(rule, table[[rule.column]])
        case ColumnSplit() as rule:
            return _by_column(rule, table[rule.column], split_keys(spec, table))
        case rule:
            return _by_hash(rule, split_keys(spec, table))


def _by_hash(rule: HashSplit, keys: pd.DataFrame) -> NDArray[np.int64]:
    fraction = hash_fractions(keys, rule.salt)
    looked_at = np.zeros(len(keys), dtype=np.bool_)
    for salt in rule.retired:
        looked_at |= hash_fractions(keys, salt) < rule.test
    on_test = np.where(looked_at, 0, 2)
    return np.where(fraction < rule.test, on_test, np.where(fraction < rule.test + rule.validation, 1, 0))


def _by_column(rule: ColumnSplit, column: pd.Series, keys: pd.DataFrame) -> NDArray[np.int64]:
    sides = named_sides(rule, column)
    if not rule.validation:
        training = np.flatnonzero(sides == 0)
        fraction = hash_fractions(keys.iloc[training], SALT)
        sides[training[fraction < rule.validation_share]] = 1
    return sides


def days_of(column: pd.Series) -> pd.Series:
    """The day of each row, in UTC where the times carry a zone; NaT where missing.

    Raises:
        DataError: a column that holds no days.
    """
    if not may_hold_times(column):
        raise DataError(f"column '{column.name}' holds {column.dtype}, not ISO 8601 dates")
    times = read_times(column)
    unread = column[times.isna() & column.notna()]
    if len(unread):
        raise DataError(f"column '{column.name}' holds {unread.iloc[0]!r}, which is no ISO 8601 date")
    days: pd.Series = times.dt.normalize()
    return days


def _by_time(rule: TimeSplit, day: pd.Series) -> NDArray[np.int64]:
    last_whole = day.max() - timedelta(days=rule.test_days - 1)
    as_of = pd.Timestamp(rule.as_of) if rule.as_of else last_whole
    validation_from = as_of - timedelta(days=rule.validation_days)
    train_from = validation_from - timedelta(days=rule.train_days) if rule.train_days else day.min()
    embargo = timedelta(days=rule.embargo_days)
    sides = np.full(len(day), -1, dtype=np.int64)
    sides[(day >= train_from) & (day < validation_from - embargo)] = 0
    sides[(day >= validation_from) & (day < as_of - embargo)] = 1
    sides[(day >= as_of) & (day < as_of + timedelta(days=rule.test_days))] = 2
    return sides
