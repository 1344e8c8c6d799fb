"""What lets a model know an answer before it is asked: features that hold it, rows on two sides, later dates."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data_checks.finding import Finding
from data_checks.label_leaks import label_leaks
from data_checks.repeated_rows import row_hashes
from data_checks.row_names import row_names
from data_checks.table import hashable
from mtl.data.splits import Split
from mtl.data.stored_table import AnyTable, rows_at
from mtl.spec import HashSplit, Spec, TimeSplit

GROUP, TWIN, LATE = "no_group_on_two_sides", "no_test_row_in_training", "no_date_after_the_row"

MOST_TWINS = 0.05
"""Share of the test rows that may be training rows in every feature."""

MOST_LATE = 0.05
"""Share of the rows whose dates may lie after the row's own time."""

DISTINCT = 0.2
"""Share of rows with different values from which on a column tells rows apart, so that twins are no chance."""


ODD = np.uint64(0x9E3779B97F4A7C15)
"""What the hashes of a row's cells are multiplied by, one after the other, so that their order counts."""


def leaks(spec: Spec, table: AnyTable, split: Split) -> Iterator[Finding]:
    """Warnings on features, on keys of several columns, and on rows."""
    yield from label_leaks(spec, table)
    yield from row_names(spec, table)
    yield from _groups(spec, table, split)
    yield from _twins(spec, table, split)
    yield from _late_dates(spec, table)


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
    features = list(spec.features.columns)
    if not any(hashable(table[column]).nunique() > DISTINCT * len(table) for column in features):
        return
    rows = _hashes(table, features)
    alike = _tested_in_training(rows, split)
    labels = list(dict.fromkeys(spec.label(task) for task in spec.tasks))
    twins = _tested_in_training(rows * ODD + _hashes(table, labels), split) & alike
    if twins.mean() > MOST_TWINS:
        yield _of_twins(spec, split, twins, "the same in every feature and label; drop the copies, or split by what")
    elif alike.mean() > MOST_TWINS:
        what = "the same in every feature, with other labels; drop what is measured twice, or split by what"
        yield _of_twins(spec, split, alike, what)


def _of_twins(spec: Spec, split: Split, twins: NDArray[np.bool_], what: str) -> Finding:
    message = (
        f"test rows that training does not hold; {twins.sum()} of {len(twins)} are training rows, too, {what} they"
        f" share ({spec.place('split')})"
    )
    return Finding(TWIN, None, "warning", message, split.test[twins])


def _hashes(table: AnyTable, columns: Sequence[str]) -> NDArray[np.uint64]:
    rows = np.zeros(len(table), dtype=np.uint64)
    for column in columns:
        rows = rows * ODD + row_hashes(hashable(table[column]).to_frame())
    return rows


def _tested_in_training(rows: NDArray[np.uint64], split: Split) -> NDArray[np.bool_]:
    return np.isin(rows[split.test], rows[split.train])


def _late_dates(spec: Spec, table: AnyTable) -> Iterator[Finding]:
    """A row of a time split is asked at its time: a date after that was not known."""
    if not isinstance(spec.split, TimeSplit):
        return
    time = _times(table[spec.split.column])
    for column in spec.features.by_kind.get("datetime", ()):
        late = (_times(table[column]) > time).to_numpy()
        if late.mean() > MOST_LATE:
            yield Finding(
                LATE,
                column,
                "warning",
                f"{column}: dates that are known at the row's time ({spec.split.column}); {late.sum()} of {len(late)}"
                f" rows hold a later one; if it is written down only then, remove it from the features"
                f" ({spec.place('features')})",
                np.flatnonzero(late),
            )


def _times(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column, errors="coerce", utc=True, format="ISO8601")
