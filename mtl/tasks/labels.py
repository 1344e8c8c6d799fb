"""Labels and answers that are numbers, and what is said of those that are none."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.errors import DataError
from mtl.names import read_numbers

SHOWN = 3

HARD_CLASSES = (
    "it answers classes, not probabilities; log it so that its predict gives them, as "
    'mlflow.sklearn.log_model(…, pyfunc_predict_fn="predict_proba") does for any classifier of its interface'
)


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


def only_column(columns: pd.DataFrame, expected: str) -> NDArray[np.float64]:
    """The numbers [N] of an answer that is to have one column, NaN where there is none; `expected`: of a row.

    Raises:
        DataError: several columns.
    """
    if len(columns.columns) != 1:
        raise DataError(f"one column, {expected}, was expected; it answers {', '.join(map(str, columns.columns))}")
    return pd.to_numeric(columns.iloc[:, 0], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def probabilities(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values [N] or [N, C], which are to be probabilities.

    Raises:
        DataError: one lies outside [0, 1], or a row of several does not sum to 1.
    """
    known = values[np.isfinite(values)]
    if ((known < 0) | (known > 1 + 1e-6)).any():
        raise DataError("its answers are no probabilities: some lie outside [0, 1]")
    if values.ndim == 2 and (np.abs(values.sum(axis=1) - 1) > 1e-4).any():
        raise DataError("its answers are no probabilities: the rows of the classes do not sum to 1")
    return values
