"""A learning task as fitted on the training side: kind, loss, metric, and what turns labels into targets."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.errors import DataError
from mtl.names import canonical_names, read_numbers
from mtl.spec import Spec
from mtl.spec.tasks_section import TaskKind


@dataclass(frozen=True)
class Task:
    """A target with a kind, a loss and a headline metric.

    Attributes:
        mean: mean of the training labels of a regression task, in the label's units; 0 otherwise.
        scale: their standard deviation; 1 otherwise.
        classes: class names of a multiclass task, in the order of the network's outputs; empty otherwise.
        prior_loss: training loss of predicting the mean, or the class frequencies, for every row, by which losses of
            different kinds are compared.
        composed_of: tasks whose predictions this higher-level task's head reads.
    """

    name: str
    kind: TaskKind
    loss: str
    metric: str
    auxiliary: bool
    mean: float
    scale: float
    classes: tuple[str, ...]
    prior_loss: float
    composed_of: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Outputs of the task's head."""
        return len(self.classes) if self.kind == "multiclass" else 1

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        lists = {"classes": tuple(plain["classes"]), "composed_of": tuple(plain["composed_of"])}
        return cls(**{**plain, **lists})


def fit_task(spec: Spec, name: str, training: pd.Series) -> Task:
    """Fit a task on its labels on the training side.

    Raises:
        DataError: a value that is no label, no label, one class only, or a spread that float64 cannot hold.
    """
    described, where = spec.tasks[name], f"{spec.place('tasks', name)}: tasks.{name}"
    classes = _classes(training) if described.kind == "multiclass" else ()
    unfitted = Task(
        name=name,
        kind=described.kind,
        loss=described.loss_name,
        metric=described.headline,
        auxiliary=described.auxiliary,
        mean=0.0,
        scale=1.0,
        classes=classes,
        prior_loss=1.0,
        composed_of=described.composed_of,
    )
    try:
        labels = encode_labels(unfitted, training)
    except DataError as error:
        raise DataError(f"{where}: {error}") from None
    labels = labels[~np.isnan(labels)]
    distinct = len(np.unique(labels))
    if distinct < 2:
        raise DataError(
            f"{where}: the training side holds {len(labels)} labels with {distinct} distinct values;"
            " a task needs at least 2"
        )
    if described.kind != "regression":
        return replace(unfitted, prior_loss=_entropy(labels))
    return _standardised(unfitted, labels, where)


def encode_labels(task: Task, column: pd.Series) -> NDArray[np.float64]:
    """Labels as float64 [N], NaN where missing: the label's own units, 0 or 1, or the position of the class.

    A class that the training side does not know becomes missing: no head can predict it.

    Raises:
        DataError: a value that is no label of the task's kind.
    """
    if task.kind == "multiclass":
        positions: dict[str | None, float] = {name: float(position) for position, name in enumerate(task.classes)}
        return np.array([positions.get(name, np.nan) for name in canonical_names(column)], dtype=np.float64)
    labels = read_numbers(column)
    wrong = np.isnan(labels) & column.notna().to_numpy()
    if task.kind == "binary":
        wrong |= ~(np.isnan(labels) | np.isin(labels, (0.0, 1.0)))
    if wrong.any():
        raise DataError(_wrong_labels(task.kind, column[wrong]))
    return labels


def _wrong_labels(kind: TaskKind, wrong: pd.Series) -> str:
    shown = ", ".join(list(dict.fromkeys(map(repr, wrong.head(1000))))[:3])
    if kind == "regression":
        return f"a regression label is a finite number; column '{wrong.name}' holds {shown}"
    return f"a binary label is 0 or 1, false or true; column '{wrong.name}' holds {shown}: recode it, or say multiclass"


def _classes(labels: pd.Series) -> tuple[str, ...]:
    return tuple(sorted({name for name in canonical_names(labels) if name is not None}))


def _standardised(task: Task, labels: NDArray[np.float64], where: str) -> Task:
    """A regression task with the mean and the scale of its labels."""
    mean, scale = float(labels.mean()), float(labels.std())
    if not scale > 0:
        raise DataError(f"{where}: the labels lie too close together to be told apart; give them another unit")
    distance = np.abs(labels - mean) / scale
    # As the losses in losses.py: squared error, or Huber's with δ = 1.
    losses = np.where(distance <= 1, distance**2 / 2, distance - 0.5) if task.loss == "huber" else distance**2
    return replace(task, mean=mean, scale=scale, prior_loss=float(losses.mean()))


def _entropy(labels: NDArray[np.float64]) -> float:
    """Cross-entropy, in nats, of predicting the class frequencies."""
    _, counts = np.unique(labels, return_counts=True)
    share = counts / counts.sum()
    return float(-(share * np.log(share)).sum())
