"""Sides that a column of the data names: a split that was published, or made by others."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.errors import DataError
from mtl.hints import did_you_mean
from mtl.names import canonical_name, coded_names, read_name
from mtl.spec.split_section import ColumnSplit

SHOWN = 10
"""Values of the column that a message counts."""


def named_sides(rule: ColumnSplit, column: pd.Series) -> NDArray[np.int64]:
    """0 where a row is for training, 1 for validation, 2 for test, −1 where its cell names no side, or is empty.

    Raises:
        DataError: no row has one of the values that the spec names.
    """
    rows, spelled = coded_names(column)
    names = [read_name(name) for name in spelled]
    there, positions = set(names), dict[str, int]()
    for position, (side, values) in enumerate(rule.values.items()):
        for value in values:
            name = read_name(canonical_name(value))
            if name not in there:
                hint = did_you_mean(name, there)
                raise DataError(f"{side}: no row has {value!r} in column '{rule.column}'; {hint}{held(column)}")
            positions[name] = position
    return np.array([*(positions.get(name, -1) for name in names), -1], dtype=np.int64)[rows]


def held(column: pd.Series) -> str:
    """What a column holds, in words: its most frequent values with their counts."""
    codes, names = coded_names(column)
    counts = pd.Series(codes[codes >= 0]).map(dict(enumerate(names))).value_counts()
    listed = [f"{name} ({count})" for name, count in counts.head(SHOWN).items()]
    more = [f"{len(counts) - SHOWN} other values"] if len(counts) > SHOWN else []
    empty = [f"nothing ({column.isna().sum()})"] if column.isna().any() else []
    return f"the column holds {', '.join([*listed, *more, *empty])}"
