"""What a study needs of each side of its split, asked by the functions that split, encode and fit in the study itself.

So what passes here reaches a decision: a check and a run cannot disagree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data_checks.finding import Finding, Found
from data_checks.leaks import leaks
from data_checks.table import hashable
from mtl.data.near_copies import FIRST
from mtl.data.row_weights import weights_of
from mtl.data.splits import SIDES, Split, split_rows
from mtl.data.stored_table import AnyTable, rows_at
from mtl.data.transforms import Transforms
from mtl.data.units import require_whole_groups, units_of
from mtl.errors import DataError
from mtl.evaluation.judgeable import CHOOSING, fewest_units, unjudged_on
from mtl.evaluation.truth import TaskTruth
from mtl.names import canonical_names
from mtl.spec import Spec
from mtl.tasks.fit_task import fit_task
from mtl.tasks.task import Task, encode_labels

MOST_UNKNOWN = 0.05
"""Share of a side's labels whose classes training may lack: no model can predict them, so they judge none."""

SPLIT, LABELS, CLASSES, FEATURES = "sides_of_the_split", "labels_of_each_side", "classes_in_training", "fitted_features"
WEIGHTS = "weights_of_training_rows"


@dataclass(frozen=True, eq=False)
class LabelledSides:
    """A task, fitted on the training side, and its labels on each other side, float64 [N of the side]."""

    task: Task
    labels: Mapping[str, NDArray[np.float64]]


def check_sides(spec: Spec, table: AnyTable) -> Found:
    """What a study cannot use, or should not; `table` has the columns of the spec, in the types that it implies."""
    try:
        split = split_rows(spec, table)
        require_whole_groups(spec, table)
    except DataError as error:
        return Found(1, (Finding(SPLIT, None, "critical", str(error)),))
    found = (
        *_weights(spec, table, split),
        *_features(spec, table, split),
        *_tasks(spec, table, split),
        *leaks(spec, table, split),
    )
    return Found(7 + 3 * len(spec.tasks) + (spec.training.sample_weight is not None), found)


def _weights(spec: Spec, table: AnyTable, split: Split) -> Iterator[Finding]:
    try:
        weights_of(spec, table, split.train)
    except DataError as error:
        yield Finding(WEIGHTS, spec.training.sample_weight, "critical", str(error))


def _features(spec: Spec, table: AnyTable, split: Split) -> Iterator[Finding]:
    training = rows_at(table, split.train)
    try:
        Transforms.fit(spec.features, spec.model, training)
    except DataError as error:
        yield Finding(FEATURES, None, "critical", f"{spec.place('features')}: features: {error}")
        return
    for column in spec.features.columns:
        values = hashable(training[column])
        # Of most columns a few rows say that they differ.
        if values.head(FIRST).nunique() < 2 and values.nunique() < 2:
            found = "no value" if values.isna().all() else "one value"
            yield Finding(
                FEATURES,
                column,
                "warning",
                f"{column}: different values on the training side; found {found} in its {len(training)} rows, from"
                f" which nothing is learned; correct the data or remove the feature ({spec.place('features')})",
            )


def _tasks(spec: Spec, table: AnyTable, split: Split) -> Iterator[Finding]:
    fitted: list[LabelledSides] = []
    for name in spec.tasks:
        column = table[spec.label(name)]
        try:
            task = fit_task(spec, name, column.iloc[split.train])
            labels = {side: encode_labels(task, column.iloc[split.rows(side)]) for side in SIDES[1:]}
        except DataError as error:
            yield Finding(LABELS, spec.label(name), "critical", str(error))
            continue
        fitted.append(LabelledSides(task, labels))
        yield from _unknown_classes(spec, column, split, fitted[-1])
    yield from _unjudged(spec, table, split, [each for each in fitted if not each.task.auxiliary])


def _unknown_classes(spec: Spec, column: pd.Series, split: Split, found: LabelledSides) -> Iterator[Finding]:
    """Labels that are there and are none: their classes do not occur in training, so no head can predict them."""
    for side in SIDES[1:]:
        rows = split.rows(side)
        there = column.iloc[rows].notna().to_numpy()
        unknown = rows[there & np.isnan(found.labels[side])]
        if not len(unknown):
            continue
        share = len(unknown) / there.sum()
        names = sorted({str(name) for name in canonical_names(column.iloc[unknown])})
        yield Finding(
            CLASSES,
            str(column.name),
            "critical" if share > MOST_UNKNOWN else "warning",
            f"{column.name}: classes that the training side holds; {len(unknown)} of {there.sum()} labels on the"
            f" {side} side are of others ({_some(names)}), which nobody can predict, and are left out there; merge rare"
            f" classes, change the split ({spec.place('split')}) or the task ({spec.place('tasks', found.task.name)})",
            unknown,
        )


def _unjudged(spec: Spec, table: AnyTable, split: Split, fitted: list[LabelledSides]) -> Iterator[Finding]:
    """What cannot be judged keeps a study from promoting; that nothing can choose a candidate, from deciding at all."""
    on_validation, on_test = (_truths(spec, table, split, fitted, side) for side in SIDES[1:])
    validation = unjudged_on("validation", on_validation, CHOOSING)
    test = unjudged_on("test", on_test, fewest_units(spec.gate.confidence))
    few = {
        task: f"the test side holds {len(truth.labels)} labels, of which gate.min_labels asks {spec.gate.min_labels}"
        for task, truth in on_test.items()
        if len(truth.labels) < spec.gate.min_labels
    }
    for task, reason in {**few, **test, **validation}.items():
        yield Finding(
            LABELS,
            spec.label(task),
            "critical" if len(validation) == len(fitted) else "warning",
            f"{task}: labels by which it can be judged; {reason}: it is not judged, so nothing will be promoted;"
            f" label more rows, change the split ({spec.place('split')}) or make the task auxiliary"
            f" ({spec.place('tasks', task)})",
        )


def _truths(spec: Spec, table: AnyTable, split: Split, fitted: list[LabelledSides], side: str) -> dict[str, TaskTruth]:
    units = units_of(spec, rows_at(table, split.rows(side)))
    truths = {}
    for each in fitted:
        task, seen = each.task, ~np.isnan(each.labels[side])
        truth = TaskTruth(task.name, task.kind, task.metric, each.labels[side][seen], units[seen], task.classes)
        truths[task.name] = truth
    return truths


def _some(names: list[str], shown: int = 5) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")
