"""Features that hold a label: it itself, in other words, nearly, in most rows, or in a text."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data_checks.finding import Finding
from data_checks.near_labels import MOST_CLASSES, NEARLY, asked_rows, share_told
from data_checks.table import hashable
from data_checks.telling_texts import told_by_text
from mtl.data.near_copies import FIRST, tells
from mtl.data.stored_table import AnyTable, in_memory, rows_at
from mtl.names import read_numbers
from mtl.spec import Spec

LABEL = "no_feature_is_a_label"

HALF = 0.5
"""Share of the rows from which on a feature that is the label there is told of."""


def label_leaks(spec: Spec, table: AnyTable) -> Iterator[Finding]:
    """Warnings on features, one for each label that they tell."""
    labels = [spec.label(task) for task in spec.tasks]
    columns = list(dict.fromkeys((*spec.features.columns, *labels)))
    first = in_memory(rows_at(table, np.arange(min(FIRST, len(table)))), columns)
    some = in_memory(rows_at(table, asked_rows(len(table))), columns)
    texts = spec.features.by_kind.get("text", ())
    for task, label in zip(spec.tasks, labels, strict=True):
        for column in spec.features.columns:
            if all(tells(hashable(rows[column]), hashable(rows[label])) for rows in (first, table)):
                told = "it tells that label in every row; if it is the label in other words"
            elif (share := _share_equal(*_next_to(first, column, label))) >= HALF:
                told = (
                    f"it equals that label of the row after it in {100 * share:.0f} % of the first {len(first):,} rows;"
                )
                told += " if that is not known yet"
            else:
                told = _told(hashable(some[column]), hashable(some[label]), column in texts)
            if told:
                remedy = f"remove it from the features ({spec.place('features')})"
                message = f"{column}: what is known before the label of {task}; {told}, {remedy}"
                yield Finding(LABEL, column, "warning", message)


def _told(feature: pd.Series, label: pd.Series, text: bool) -> str:
    """How much of the label some rows of a feature tell, and what that may mean; nothing where it is no doubt."""
    if text and (told := told_by_text(feature, label)):
        return f"{told}; if it was written after the label was known"
    if (share := share_told(feature, label)) >= NEARLY:
        return f"by itself it tells {100 * share:.0f} % of that label's variance; if it follows from the label"
    if (share := _share_equal(feature, label)) >= HALF:
        return f"it equals that label in {100 * share:.0f} % of the rows that were asked; if it is the label"
    return ""


def _next_to(rows: pd.DataFrame, column: str, label: str) -> tuple[pd.Series, pd.Series]:
    """A feature, and beside each of its rows the label of the next: what a shift in the wrong direction leaves."""
    after = hashable(rows[label]).iloc[1:].reset_index(drop=True)
    return hashable(rows[column]).iloc[:-1].reset_index(drop=True), after


def _share_equal(feature: pd.Series, label: pd.Series) -> float:
    """The share of the rows with both in which two numbers are the same, of labels that are seldom so by chance."""
    numbers = [read_numbers(each) for each in (feature, label)]
    known = np.isfinite(numbers[0]) & np.isfinite(numbers[1])
    if known.sum() < FIRST / 10 or label.nunique() <= MOST_CLASSES:
        return 0.0
    return float((numbers[0][known] == numbers[1][known]).mean())
