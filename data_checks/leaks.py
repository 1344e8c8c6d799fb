"""What lets a model know an answer before it is asked: a feature that is the label, rows that stand on two sides."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data_checks.finding import Finding
from data_checks.table import hashable
from mtl.data.near_copies import FIRST, tells
from mtl.data.splits import Split
from mtl.spec import HashSplit, Spec

LABEL, GROUP, TWIN = "no_feature_is_a_label", "no_group_on_two_sides", "no_test_row_in_training"

MOST_TWINS = 0.05
"""Share of the test rows that may be training rows in every feature and label."""

DISTINCT = 0.2
"""Share of rows with different values from which on a column tells rows apart, so that twins are no chance."""


def leaks(spec: Spec, table: pd.DataFrame, split: Split) -> Iterator[Finding]:
    """Warnings on features, on keys of several columns, and on rows."""
    yield from _labels_among_features(spec, table)
    yield from _groups(spec, table, split)
    yield from _twins(spec, table, split)


def _labels_among_features(spec: Spec, table: pd.DataFrame) -> Iterator[Finding]:
    features = {column: hashable(table[column]) for column in spec.features.columns}
    for task in spec.tasks:
        label = hashable(table[spec.label(task)])
        for column, feature in features.items():
            if all(tells(feature.head(rows), label.head(rows)) for rows in (FIRST, len(table))):
                yield Finding(
                    LABEL,
                    column,
                    "warning",
                    f"{column}: what is known before the label of {task}; it tells that label in every row; if it is"
                    f" the label in other words, remove it from the features ({spec.place('features')})",
                )


def _groups(spec: Spec, table: pd.DataFrame, split: Split) -> Iterator[Finding]:
    """Of a key of several columns one may name what rows have in common: a person, of whom some rows are trained on."""
    if not (isinstance(spec.split, HashSplit) and spec.split.by == "hash" and len(spec.data.key) > 1):
        return
    trained = table.iloc[split.train]
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


def _twins(spec: Spec, table: pd.DataFrame, split: Split) -> Iterator[Finding]:
    columns = dict.fromkeys((*spec.features.columns, *(spec.label(task) for task in spec.tasks)))
    learned = pd.DataFrame({column: hashable(table[column]) for column in columns})
    if not (learned.nunique() > DISTINCT * len(table)).any():
        return
    rows = pd.util.hash_pandas_object(learned, index=False).to_numpy()
    twins = np.isin(rows[split.test], rows[split.train])
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
