"""How much of a label one feature tells by itself: nearly all of it is seldom known before the label is."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from mtl.names import read_numbers

ROWS = 4000
"""Rows that are asked, evenly from all: half to learn on, half to ask."""

BINS = 32
"""Of a feature's numbers, as many as there are leaves of a shallow tree; of its words, the most frequent."""

MOST_CLASSES = 20

NEARLY = 0.95
"""Share of a label's variance from which on a single feature is told of."""

Floats = NDArray[np.float64]


def asked_rows(rows: int) -> NDArray[np.int64]:
    """Positions of the rows that are asked."""
    return np.unique(np.linspace(0, rows - 1, min(rows, ROWS)).astype(np.int64))


def share_told(feature: pd.Series, label: pd.Series) -> float:
    """The share of a label's variance, of each class where it is one, that the feature's bins tell of other rows.

    As of a shallow tree on one column (R², for classes of their indicators); 0 where there are too few rows to say.
    """
    known = (feature.notna() & label.notna()).to_numpy()
    answers = _answers(label[known])
    half = known.sum() // 2
    if half < 4 * BINS or answers is None:
        return 0.0
    learned = np.arange(known.sum()) % 2 == 0
    bins = _bins(feature[known], learned)
    sums = np.stack([np.bincount(bins[learned], column, bins.max() + 1) for column in answers[learned].T], axis=1)
    counts = np.bincount(bins[learned], minlength=bins.max() + 1)[:, None]
    mean = answers[learned].mean(axis=0)
    told = np.where(counts > 0, sums / np.maximum(counts, 1), mean)[bins[~learned]]
    missed, all_there_is = ((answers[~learned] - told) ** 2).sum(), ((answers[~learned] - mean) ** 2).sum()
    return float(1 - missed / all_there_is) if all_there_is > 0 else 0.0


def _answers(label: pd.Series) -> Floats | None:
    """Numbers as they are, classes as an indicator each; None where those are too many."""
    if types.is_numeric_dtype(label.dtype) and label.nunique() > MOST_CLASSES:
        numbers = read_numbers(label)
        return np.nan_to_num(numbers)[:, None]
    codes, names = pd.factorize(label)
    return None if len(names) > MOST_CLASSES else np.eye(len(names))[codes]


def _bins(feature: pd.Series, learned: NDArray[np.bool_]) -> NDArray[np.int64]:
    numbers = feature.astype("int64") if types.is_datetime64_any_dtype(feature.dtype) else feature
    if types.is_numeric_dtype(numbers.dtype) and not types.is_bool_dtype(numbers.dtype):
        values = np.nan_to_num(read_numbers(numbers))
        edges = np.unique(np.quantile(values[learned], np.linspace(0, 1, BINS + 1)[1:-1]))
        return np.searchsorted(edges, values, side="right")
    codes, names = pd.factorize(numbers)
    frequent = np.argsort(-np.bincount(codes, minlength=len(names)), kind="stable")[:BINS]
    place = np.zeros(len(names), dtype=np.int64)
    place[frequent] = np.arange(1, len(frequent) + 1)
    return place[codes]
