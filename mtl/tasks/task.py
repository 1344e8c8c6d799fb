"""A learning task as fitted on the training side: kind, loss, metric, and what turns labels into targets."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.errors import DataError
from mtl.names import canonical_name, canonical_names
from mtl.spec import Spec
from mtl.spec.model import TaskKind


@dataclass(frozen=True)
class Task:
    """A target with a kind, a loss and a headline metric.

    Attributes:
        mean: mean of the training labels of a regression task, in the label's units; 0 otherwise.
        scale: their standard deviation; 1 otherwise.
        classes: class names of a multiclass task, in the order of the network's outputs; empty otherwise.
        prior_loss: training loss of the best constant prediction, by which losses of different kinds are compared.
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
        return cls(**{**plain, "classes": tuple(plain["classes"])})


def fit_task(spec: Spec, name: str, training: pd.Series) -> Task:
    """Fit a task on its labels on the training side.

    Raises:
        DataError: there is no label, or one class only.
    """
    described, labels = spec.tasks[name], training.dropna()
    classes = tuple(sorted({canonical_name(label) for label in labels})) if described.kind == "multiclass" else ()
    if labels.nunique() < 2:
        raise DataError(
            f"{spec.place('tasks', name)}: tasks.{name}: the training side holds {len(labels)} labels with"
            f" {labels.nunique()} distinct values; a task needs at least 2"
        )
    regression = described.kind == "regression"
    mean = float(labels.astype(np.float64).mean()) if regression else 0.0
    scale = float(labels.astype(np.float64).std(ddof=0)) if regression else 1.0
    prior = 1.0 if regression else _entropy(labels)
    return Task(
        name, described.kind, described.loss_name, described.headline, described.auxiliary, mean, scale, classes, prior
    )


def encode_labels(task: Task, column: pd.Series) -> NDArray[np.float64]:
    """Labels as float64 [N], NaN where missing: the label's own units, 0 or 1, or the position of the class.

    A class that the training side does not know becomes missing: no head can predict it.
    """
    if task.kind != "multiclass":
        return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    positions = {name: float(position) for position, name in enumerate(task.classes)}
    names = canonical_names(column)
    return np.array([np.nan if name is None else positions.get(name, np.nan) for name in names], dtype=np.float64)


def _entropy(labels: pd.Series) -> float:
    """Cross-entropy, in nats, of predicting the class frequencies."""
    share = labels.value_counts(normalize=True).to_numpy(dtype=np.float64)
    return float(-(share * np.log(share)).sum())
