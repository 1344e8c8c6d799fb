"""Whether the labels of a side can tell a better model of a task from a worse one."""

from collections.abc import Mapping
from itertools import count

import numpy as np

from mtl.evaluation.constant_predictor import best_constant, repeated
from mtl.evaluation.metric import metric_named
from mtl.evaluation.truth import TaskTruth

CHOOSING = 2
"""Units that choose among runs: with one, no difference has a standard error."""


def fewest_units(confidence: float) -> int:
    """The fewest independent units that can show anything.

    With fewer, it is likelier than 1 − confidence that all of them favour a candidate that is no better.
    """
    return next(units for units in count(1) if not 0.5**units > 1.0 - confidence)


def unjudgeable(truth: TaskTruth, fewest: int) -> str:
    """Why labels cannot judge a model of their task; empty when they can.

    Args:
        truth: the observed labels of a side.
        fewest: so many independent units there must be, and so many labels beside those of the most frequent class.
    """
    number, units = len(truth.labels), len(np.unique(truth.units))
    if not number:
        return "no label"
    if reason := _one_class(truth, fewest) if truth.num_classes else "":
        return reason
    alike = repeated(best_constant(truth), truth)
    if not np.isfinite(metric_named(truth.metric).score(truth.labels, alike)):
        return f"{number} labels that are all {truth.labels[0]:g}"
    if units < fewest:
        return f"{number} labels in {units} independent units, of which {fewest} are needed"
    return ""


def unjudged_on(side: str, truths: Mapping[str, TaskTruth], fewest: int) -> dict[str, str]:
    """Of each task that the labels of a side cannot judge, why; `fewest` as of `unjudgeable`."""
    reasons = {task: unjudgeable(truth, fewest) for task, truth in truths.items()}
    return {task: f"the {side} side holds {reason}" for task, reason in reasons.items() if reason}


def rare_labels(truth: TaskTruth) -> int:
    """Labels of all classes but the most frequent one; of a task without classes, all of them."""
    if not truth.num_classes:
        return len(truth.labels)
    counts = np.bincount(truth.labels.astype(np.int64))
    return int(counts.sum() - counts.max()) if len(counts) else 0


def _one_class(truth: TaskTruth, fewest: int) -> str:
    classes, counts = np.unique(truth.labels.astype(np.int64), return_counts=True)
    most, number = int(counts.argmax()), len(truth.labels)
    name = truth.classes[classes[most]] if truth.classes else str(classes[most])
    others = number - int(counts[most])
    if not others:
        return f"{number} labels, all of class {name}"
    if others < fewest:
        return f"{others} labels beside {number - others} of class {name}, of which {fewest} are needed"
    return ""
