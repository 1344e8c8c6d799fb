"""Labels that are numbers, and what is said of those that are none."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.errors import DataError
from mtl.names import read_numbers

SHOWN = 3


def numeric_labels(
    column: pd.Series, is_label: Callable[[NDArray[np.float64]], NDArray[np.bool_]], expected: str, advice: str = ""
) -> NDArray[np.float64]:
    """Labels as numbers [N], NaN where missing.

    Args:
        column: the labels as they were read.
        is_label: numbers [N] → whether each is a label; NaN is none.
        expected: what a label is, for the message.
        advice: what to do about others, for the end of the message.

    Raises:
        DataError: a value that is there and no label.
    """
    labels = read_numbers(column)
    wrong = column.notna().to_numpy() & ~is_label(labels)
    if wrong.any():
        shown = list(dict.fromkeys(map(repr, column[wrong].head(1000))))[:SHOWN]
        raise DataError(f"{expected}; column '{column.name}' holds {', '.join(shown)}{advice}")
    return labels
