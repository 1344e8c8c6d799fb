"""What lets a model know an answer before it is asked: a feature that is the label, rows that stand on two sides."""

from collections.abc import Iterator

import numpy as np

from data_checks.finding import Finding
from data_checks.near_labels import NEARLY, asked_rows, share_told
from data_checks.repeated_rows import row_hashes
from data_checks.table import hashable
from mtl.data.near_copies import FIRST, tells
from mtl.data.splits import Split
from mtl.data.stored_table import AnyTable, in_memory, rows_at
from mtl.spec import HashSplit, Spec

LABEL, GROUP, TWIN = "no_feature_is_a_label", "no_group_on_two_sides", "no_test_row_in_training"

MOST_TWINS = 0.05
"""Share of the test rows that may be training rows in every feature and label."""

DISTINCT = 0.2
"""Share of rows with different values from which on a column tells rows apart, so that twins are no chance."""


ODD = np.uint64(0x9E3779B97F4A7C15)
"""What the hashes of a row's cells are multiplied by, one after the other, so that their order counts."""


def leaks(spec: Spec, table: AnyTable, split: Split) -> Iterator[Finding]:
    """Warnings on features, on keys of several columns, and on rows."""
    yield from _labels_among_features(spec, table)
    yield from _groups(spec, table, split)
    yield from _twins(spec, table, split)


def _labels_among_features(spec: Spec, table: AnyTable) -> Iterator[Finding]:
    columns = _learned(spec)
    first = in_memory(rows_at(table, np.arange(min(FIRST, len(table)))), columns)
    some = in_memory(rows_at(table, asked_rows(len(table))), columns)
    for task in spec.tasks:
        label = spec.label(task)
        for column in spec.features.columns:
            told = ""
            if all(tells(hashable(rows[column]), hashable(rows[label])) for rows in (first, table)):
                told = "it tells that label in every row; if it is the label in other words,"
            elif (share := share_told(hashable(some[column]), hashable(some[label]))) >= NEARLY:
                told = f"by itself it tells {100 * share:.0f} % of that label's variance; if it follows from the label,"
            if told:
                remedy = f"remove it from the features ({spec.place('features')})"
                message = f"{column}: what is known before the label of {task}; {told} {remedy}"
                yield Finding(LABEL, column, "warning", message)


def _groups(spec: Spec, table: AnyTable, split: Split) -> Iterator[Finding]:
    """Of a key of several columns one may name what rows have in common: a person, of whom some rows are trained on."""
    if not (isinstance(spec.split, HashSplit) and spec.split.by == "hash" and len(spec.data.key) > 1):
        return
    trained = rows_at(table, split.train)
    for column in spec.data.key:
        shared = table[column].iloc[split.test].isin(trained[column]).to_numpy()
        if shared.any() and table[column].nunique() > len(table) / 10:
            yield Finding(
                GROUP,
                column,
                "warning",
                f"{column}: rows of one {column} on one side; {shared.sum()} of {len(shared)} rows of the test side"
                f" share it with training rows; if they are alike, write `split: {{by: group, column: {column}}}`"
                f" ({spec.place('split')})",
                split.test[shared],
            )


def _twins(spec: Spec, table: AnyTable, split: Split) -> Iterator[Finding]:
    columns = _learned(spec)
    if not any(hashable(table[column]).nunique() > DISTINCT * len(table) for column in columns):
        return
    rows = np.zeros(len(table), dtype=np.uint64)
    for column in columns:
        rows = rows * ODD + row_hashes(hashable(table[column]).to_frame())
    trained, tested = np.sort(rows[split.train]), rows[split.test]
    twins = trained[np.searchsorted(trained, tested).clip(max=len(trained) - 1)] == tested
    if twins.mean() > MOST_TWINS:
        yield Finding(
            TWIN,
            None,
            "warning",
            f"test rows that training does not hold; {twins.sum()} of {len(twins)} are training rows, too,"
            f" the same in every feature and label; drop the copies, or split by what they share"
            f" ({spec.place('split')})",
            split.test[twins],
        )


def _learned(spec: Spec) -> list[str]:
    """Features and labels, each once."""
    return list(dict.fromkeys((*spec.features.columns, *(spec.label(task) for task in spec.tasks))))
