"""Which side of the study a row is on. Stable: a row that was tested once is never trained on later."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.errors import DataError
from mtl.names import canonical_name
from mtl.spec import GroupSplit, HashSplit, Spec, TimeSplit

SIDES = ("train", "validation", "test")


@dataclass(frozen=True)
class Split:
    """Row positions of each side, ascending and disjoint. Rows outside every window of a time split are on none."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]

    def rows(self, side: str) -> NDArray[np.int64]:
        """The row positions of a side by its name."""
        positions: NDArray[np.int64] = getattr(self, side)
        return positions


def split_rows(spec: Spec, table: pd.DataFrame) -> Split:
    """Assign each row of `table` to a side.

    Raises:
        DataError: a side is empty.
    """
    rule = spec.split
    if isinstance(rule, TimeSplit):
        sides = _by_time(rule, table[rule.column])
    else:
        columns = [rule.column] if isinstance(rule, GroupSplit) else list(spec.data.key)
        sides = _by_hash(rule, table[columns])
    split = Split(*(np.flatnonzero(sides == side) for side in range(len(SIDES))))
    for side in SIDES:
        if not len(split.rows(side)):
            raise DataError(
                f"{spec.place('split')}: split: the {side} side is empty out of {len(table)} rows; change the split"
            )
    return split


def hash_fractions(keys: pd.DataFrame, salt: str) -> NDArray[np.float64]:
    """A number in [0, 1) for each row, from the blake2b hash of its key columns; the same on every machine."""
    codes, unique = pd.factorize(pd.MultiIndex.from_frame(keys) if keys.shape[1] > 1 else keys.iloc[:, 0])
    entries = [entry if isinstance(entry, tuple) else (entry,) for entry in unique]
    return np.array([_fraction(entry, salt) for entry in entries], dtype=np.float64)[codes]


def _fraction(entry: Sequence[object], salt: str) -> float:
    text = "\x1f".join((salt, *(canonical_name(value) for value in entry)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") / 2**64


def _by_hash(rule: HashSplit, keys: pd.DataFrame) -> NDArray[np.int64]:
    fraction = hash_fractions(keys, rule.salt)
    return np.where(fraction < rule.test, 2, np.where(fraction < rule.test + rule.validation, 1, 0))


def _by_time(rule: TimeSplit, column: pd.Series) -> NDArray[np.int64]:
    day = pd.to_datetime(column).dt.normalize()
    last_whole = day.max() - timedelta(days=rule.test_days - 1)
    as_of = pd.Timestamp(rule.as_of) if rule.as_of else last_whole
    validation_from = as_of - timedelta(days=rule.validation_days)
    train_from = validation_from - timedelta(days=rule.train_days) if rule.train_days else day.min()
    sides = np.full(len(day), -1, dtype=np.int64)
    sides[(day >= train_from) & (day < validation_from)] = 0
    sides[(day >= validation_from) & (day < as_of)] = 1
    sides[(day >= as_of) & (day < as_of + timedelta(days=rule.test_days))] = 2
    return sides
