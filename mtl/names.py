"""One name for a value, however its column happened to be read."""

from collections.abc import Iterable

import numpy as np
import pandas as pd


def canonical_name(value: object) -> str:
    """The name of a key, a category or a class.

    A column of whole numbers turns into floats as soon as one value is missing: 7 and 7.0 have one name.
    """
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, pd.Timestamp) else str(value)


def canonical_names(column: pd.Series) -> list[str | None]:
    """The names of a column's values; None where missing."""
    pairs: Iterable[tuple[object, bool]] = zip(column, column.isna(), strict=True)
    return [None if missing else canonical_name(value) for value, missing in pairs]
