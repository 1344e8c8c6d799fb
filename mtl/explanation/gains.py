"""By how much a probe changes a task's loss on validation, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtl.data.prepared import Prepared
from mtl.evaluation.additive_metric import MeanMetric
from mtl.evaluation.metric import metric_named
from mtl.tasks.task import Task
from mtl.training.results import RunResult

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Losses:
    """A task's losses on validation under some seeds.

    Attributes:
        by_unit: the mean loss of each independent unit, [S seeds, U units], finite.
    """

    by_unit: FloatArray

    @property
    def mean(self) -> float:
        """Over units and seeds."""
        return float(self.by_unit.mean())

    @property
    def of_seeds(self) -> FloatArray:
        """The mean of each seed, [S]."""
        means: FloatArray = self.by_unit.mean(axis=1)
        return means


@dataclass(frozen=True)
class Gain:
    """By how much a loss falls.

    Attributes:
        share: of the loss that it falls from; negative where it rises.
        error: the standard error of that share, from units and from seeds.
    """

    share: float
    error: float

    def surely_above(self, least: float, errors: float = 2.0) -> bool:
        """Whether it is at least a share, and so many standard errors above zero."""
        return self.share >= least and self.share > errors * self.error


def gain(before: Losses, after: Losses) -> Gain:
    """How far the loss falls from `before` to `after`: the same units, seeds that need not be paired."""
    difference = before.by_unit.mean(axis=0) - after.by_unit.mean(axis=0)
    units = difference.var(ddof=1) / len(difference) if len(difference) > 1 else np.inf
    seeds = sum(each.of_seeds.var(ddof=1) / len(each.of_seeds) for each in (before, after) if len(each.of_seeds) > 1)
    return Gain(float(difference.mean()) / before.mean, float(np.sqrt(units + seeds)) / before.mean)


def losses_of(prepared: Prepared, task: Task, results: Sequence[RunResult]) -> Losses:
    """What some runs lose on a task's validation rows that have a label."""
    return losses_on(prepared, "validation", task, [result.predictions[task.name] for result in results])


def losses_on(prepared: Prepared, side: str, task: Task, predictions: Sequence[FloatArray]) -> Losses:
    """What predictions for all rows of a side, of one seed each, lose on those that have a label."""
    rows = prepared.side(side)
    labels = rows.labels[:, [each.name for each in prepared.tasks].index(task.name)]
    observed = ~np.isnan(labels)
    _, unit = np.unique(rows.units[observed], return_inverse=True)
    sizes = np.bincount(unit)
    losses = (row_losses(task, labels[observed], each[observed]) for each in predictions)
    return Losses(np.array([np.bincount(unit, weights=each) / sizes for each in losses]))


def row_losses(task: Task, labels: FloatArray, predictions: FloatArray) -> FloatArray:
    """Of each row, [n]: the log loss of classes; of numbers the squared error, in units of the training variance."""
    if np.ndim(predictions) == 1 and task.kind == "regression":
        errors: FloatArray = ((labels - predictions) / task.scale) ** 2
        return errors
    log_loss = metric_named("log_loss")
    assert isinstance(log_loss, MeanMetric)
    return log_loss.per_row(labels, predictions)
