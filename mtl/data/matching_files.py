"""One table in several files."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from mtl.data.frame import DOUBTS
from mtl.errors import DataError
from mtl.names import canonical_name
from mtl.storage import is_file

SHOWN = 5
"""Columns that a message names."""


def matching_files(path: Path) -> list[Path]:
    """The file of a path, or all of its folder that match its name where that is a pattern, in order."""
    if is_file(path):
        return [path]
    try:
        return sorted(file for file in path.parent.glob(path.name) if is_file(file))
    except (OSError, ValueError, NotImplementedError):
        return []


def joined(parts: Mapping[Path, pd.DataFrame]) -> pd.DataFrame:
    """The rows of all parts, one after the other; a column that holds words in one part holds words in all.

    Raises:
        DataError: a part has other columns than the first.
    """
    if len(parts) == 1:
        return next(iter(parts.values()))
    first, names = next((file, list(table.columns)) for file, table in parts.items())
    for file, table in parts.items():
        if sorted(table.columns) != sorted(names):
            differ = sorted(map(repr, set(table.columns) ^ set(names)))[:SHOWN]
            raise DataError(
                f"'{first.name}' and '{file.name}' are to be one table, of the same columns; they differ in"
                f" {', '.join(differ) or 'how often one stands there'}"
            )
    alike = _of_one_type([table if list(table.columns) == names else table[names] for table in parts.values()])
    whole = pd.concat(alike, ignore_index=True)
    whole.attrs = {
        DOUBTS: [f"{file.name}: {told}" for file, part in parts.items() for told in part.attrs.get(DOUBTS, ())]
    }
    return whole


def _of_one_type(parts: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    words = [
        any(isinstance(part.dtypes.iloc[place], pd.StringDtype) for part in parts) for place in range(parts[0].shape[1])
    ]
    return [_with_words(part, [place for place, of_words in enumerate(words) if of_words]) for part in parts]


def _with_words(part: pd.DataFrame, places: Sequence[int]) -> pd.DataFrame:
    changed = [place for place in places if not isinstance(part.dtypes.iloc[place], pd.StringDtype)]
    if not changed:
        return part
    columns = [
        part.iloc[:, place].map(canonical_name, na_action="ignore").astype("str")
        if place in changed
        else part.iloc[:, place]
        for place in range(part.shape[1])
    ]
    return pd.concat(columns, axis="columns")
