"""What a promotion promised of each task, kept beside the version: what it is held to later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from mtl.evaluation.constant_predictor import repeated
from mtl.evaluation.paired_difference import PairedDifference
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.jsonable import EXACT
from mtl.monitoring.row_losses import clipped, difference_bound, raw_differences

LOST = 0.05
"""Share of what the opponent gains on a constant that the champion may lose, as the gate's own tolerance is."""


@dataclass(frozen=True)
class TaskPromise:
    """Of one task, on the test side at promotion.

    Attributes:
        task: its name.
        opponent: the run that the champion replaced, for people.
        difference: champion − opponent by the task's metric, with its bounds; positive is better.
        bound: B, at which differences of row losses are clipped.
        tolerance: τ in [0, B): by so much the champion's loss may be above the opponent's, in the mean over rows.
        loss_difference: the mean of the clipped differences, champion − opponent; negative is better.
        loss_error: its standard error over rows.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    task: str
    opponent: str
    difference: PairedDifference
    bound: float
    tolerance: float
    loss_difference: float
    loss_error: float


@dataclass(frozen=True)
class Promise:
    """Of a version.

    Attributes:
        tasks: those that had an opponent.
        stored: of these, by task, why the opponent could not be stored; empty where it was.
        labels: by task, the column of its labels.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    tasks: tuple[TaskPromise, ...]
    stored: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)

    def of(self, task: str) -> TaskPromise | None:
        """What was promised of a task, if anything was."""
        return next((each for each in self.tasks if each.task == task), None)


def promise_of(
    truth: TaskTruth,
    models: tuple[NDArray[np.floating], NDArray[np.floating]],
    constant: FloatArray | None,
    opponent: str,
    difference: PairedDifference,
) -> TaskPromise:
    """What the test side says.

    Args:
        truth: its labels, at least one.
        models: predictions of champion and opponent, aligned with them.
        constant: the best constant of the training labels, of which the tolerance follows; None tolerates nothing.
        opponent: what it is called.
        difference: of the metric.
    """
    raw = raw_differences(truth, *models)
    bound = difference_bound(raw)
    kept = clipped(raw, bound)
    gained = 0.0
    if constant is not None:
        gained = float(raw_differences(truth, repeated(constant, truth), models[1]).mean())
    allowed = LOST * gained if np.isfinite(gained) else 0.0
    tolerance = min(max(allowed, 0.0), 0.5 * bound)
    error = float(kept.std(ddof=1) / np.sqrt(len(kept))) if len(kept) > 1 else float("nan")
    return TaskPromise(truth.task, opponent, difference, bound, tolerance, float(kept.mean()), error)
