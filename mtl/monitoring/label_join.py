"""Logged predictions and the labels that came later, joined by key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.errors import UserError
from mtl.names import canonical_names

KEY, PREDICTION, INPUT = "key.", "prediction.", "input."
"""What the names of columns in the log of `mtl serve` begin with."""

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Joined:
    """Logged rows that have labels, one a key.

    Attributes:
        logged: the first row that was logged of each key, [n].
        labels: the labels of those keys, [n], aligned; a column for each task that has one, as it was read.
        units: 64-bit hashes of the keys, [n].
    """

    logged: pd.DataFrame
    labels: pd.DataFrame
    units: Hashes


def join_labels(logged: pd.DataFrame, labels: pd.DataFrame, key: Sequence[str], tasks: Mapping[str, str]) -> Joined:
    """The logged rows whose whole key is among the labels'.

    Of a key that was logged several times the first counts: what was said before anyone could know better. Of a key
    with several labels the last counts.

    Args:
        logged: columns `key.NAME`, in the order of time.
        labels: the columns of the key, and of some tasks' labels, which have the name of the task or of its label.
        key: names.
        tasks: by name, the column of its labels in the spec.

    Raises:
        UserError: a column of the key is missing, or there is no column of any task.
    """
    columns = _label_columns(labels, key, tasks)
    ours, theirs = _units(logged, [KEY + name for name in key]), _units(labels, key)
    first = ours[ours.notna()].drop_duplicates(keep="first")
    last = theirs[theirs.notna()].drop_duplicates(keep="last")
    place = pd.Series(last.index.to_numpy(), index=last.to_numpy(), dtype=np.int64)
    both = first[first.isin(place.index)]
    found = labels.iloc[place.loc[both.to_numpy()].to_numpy()]
    kept = pd.DataFrame({task: found[column].to_numpy() for task, column in columns.items()})
    return Joined(
        logged.loc[both.index].reset_index(drop=True), kept.reset_index(drop=True), both.to_numpy(dtype=np.uint64)
    )


def _label_columns(labels: pd.DataFrame, key: Sequence[str], tasks: Mapping[str, str]) -> dict[str, str]:
    there = ", ".join(map(str, labels.columns))
    if missing := [name for name in key if name not in labels.columns]:
        raise UserError(f"--labels: expected the columns of the key, {', '.join(key)}; got {there}: add {missing[0]}")
    named = {task: [name for name in (task, column) if name in labels.columns] for task, column in tasks.items()}
    found = {task: names[0] for task, names in named.items() if names}
    if not found:
        raise UserError(f"--labels: expected a column of labels for a task, {', '.join(tasks)}; got {there}")
    return found


def _units(table: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """The hash of each row's key, missing where a part of it is; the index is the position."""
    names = [canonical_names(table[column]) for column in columns]
    whole = [None if None in unit else _hash(unit) for unit in zip(*names, strict=True)]
    return pd.Series(whole, dtype="UInt64")


def _hash(unit: tuple[str | None, ...]) -> int:
    digest = blake2b("\x1f".join(map(str, unit)).encode("utf-8", "surrogatepass"), digest_size=8, person=b"mtl-monitor")
    return int.from_bytes(digest.digest(), "big")
