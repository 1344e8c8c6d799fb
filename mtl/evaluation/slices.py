"""A candidate against a reference on parts of the rows: the origin, the plan, the month.

A model that is better on the whole may be worse for some. Every value of a column with enough labels is a slice, and on
each the paired difference is judged as on the whole, from one set of resamples. Many slices are looked at, so that one
in twenty would look worse by chance: the bounds are corrected for the number of all slices of all columns and tasks
(Bonferroni), which keeps the probability that any slice is called worse that is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from mtl.evaluation.judgeable import unjudgeable
from mtl.evaluation.paired_difference import Bootstrap, PairedDifference
from mtl.evaluation.resampled import difference
from mtl.evaluation.shared_resamples import score_on_shared_resamples
from mtl.evaluation.truth import IntArray, Predictions, TaskTruth
from mtl.jsonable import EXACT

FEWEST = 30
"""Labels, and those beside the most frequent class, and units, below which a slice is not looked at."""


@dataclass(frozen=True)
class SliceDifference:
    """A candidate against a reference on the rows where a column has a value.

    Attributes:
        column: the column.
        value: its value, as text.
        difference: on those rows, with bounds corrected for the number of slices.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    column: str
    value: str
    difference: PairedDifference

    @property
    def surely_worse(self) -> bool:
        """Whether even the upper bound is below zero."""
        return self.difference.upper < 0


def compare_slices(
    truths: Mapping[str, TaskTruth],
    candidate: Predictions,
    reference: Predictions,
    columns: Mapping[str, Mapping[str, NDArray[np.generic]]],
    bootstrap: Bootstrap,
    fewest: int = FEWEST,
) -> tuple[SliceDifference, ...]:
    """The paired difference of every slice that is large enough, of tasks that both predict.

    Args:
        truths: observed labels by task.
        candidate: its predictions, aligned with the labels.
        reference: predictions of each task's opponent, aligned with the labels.
        columns: by column and task, the value of each row of the task's truth, shape [n]; an empty or missing value is
            no slice.
        bootstrap: how to resample; its confidence is that of all slices together.
        fewest: as of `FEWEST`.

    Raises:
        ValueError: predictions or values that are not aligned with the labels.
    """
    found = [
        (column, value, rows, task)
        for column, by_task in columns.items()
        for task, values in by_task.items()
        if task in truths and task in candidate and task in reference
        for value, rows in slices_of(truths[task], values, fewest).items()
    ]
    parts = {str(index): _part(truths[task], rows) for index, (_, _, rows, task) in enumerate(found)}
    models = {
        name: {
            str(index): truths[task].aligned(predictions[task])[rows] for index, (_, _, rows, task) in enumerate(found)
        }
        for name, predictions in (("candidate", candidate), ("reference", reference))
    }
    corrected = replace(bootstrap, confidence=1.0 - (1.0 - bootstrap.confidence) / max(len(found), 1))
    scored = score_on_shared_resamples(parts, models, bootstrap)
    return tuple(
        SliceDifference(column, value, difference(part, scored["candidate"][key], scored["reference"][key], corrected))
        for (column, value, _, _), (key, part) in zip(found, parts.items(), strict=True)
    )


def slices_of(truth: TaskTruth, values: NDArray[np.generic], fewest: int = FEWEST) -> Mapping[str, IntArray]:
    """The rows of each value of a column that has enough labels to judge a model on, in the order of the values.

    Args:
        truth: the observed labels, n of them.
        values: of each row, shape [n].
        fewest: as of `FEWEST`.

    Raises:
        ValueError: values that are not aligned with the labels.
    """
    if values.shape != truth.labels.shape:
        raise ValueError(f"task {truth.task}: values are {values.shape}, expected {truth.labels.shape}")
    texts = np.array([_text(value) for value in values.tolist()], dtype=np.str_)
    rows = {str(value): np.flatnonzero(texts == value) for value in np.unique(texts) if value}
    large = {value: chosen for value, chosen in rows.items() if len(chosen) >= fewest}
    return {value: chosen for value, chosen in large.items() if not unjudgeable(_part(truth, chosen), fewest)}


def _part(truth: TaskTruth, rows: IntArray) -> TaskTruth:
    return replace(truth, labels=truth.labels[rows], units=truth.units[rows])


def _text(value: object) -> str:
    """Empty where missing."""
    missing = value is None or (isinstance(value, float) and np.isnan(value))
    return "" if missing else str(value)
