"""A learning task as fitted on the training side: kind, loss, metric, and what turns labels into targets."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.tasks.kind import kind_named


@dataclass(frozen=True)
class Task:
    """A target with a kind, a loss and a headline metric, each by its name in its catalog.

    Attributes:
        mean: what is subtracted from labels before training, in the label's units.
        scale: what they are then divided by.
        classes: class names of a multiclass task, in the order of the network's outputs; empty otherwise.
        prior_loss: training loss of the best constant prediction, by which losses of different kinds are compared.
        composed_of: tasks whose predictions this higher-level task's head reads.
        class_weights: what a label of each class counts for in the loss, of a balanced task; empty otherwise.
    """

    name: str
    kind: str
    loss: str
    metric: str
    auxiliary: bool
    mean: float
    scale: float
    classes: tuple[str, ...]
    prior_loss: float
    composed_of: tuple[str, ...] = ()
    class_weights: tuple[float, ...] = ()

    @property
    def width(self) -> int:
        """Outputs of the task's head."""
        return kind_named(self.kind).width(self.classes)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            SpecError: a kind that there is not.
        """
        kind_named(plain["kind"])
        lists = {name: tuple(plain[name]) for name in ("classes", "composed_of")}
        weights = tuple(plain.get("class_weights", ()))  # which earlier versions did not know
        return cls(**{**plain, **lists, "class_weights": weights})


def encode_labels(task: Task, column: pd.Series) -> NDArray[np.float64]:
    """Labels as float64 [N], NaN where missing: the label's own units, or the index of the class.

    Raises:
        DataError: a value that is no label of the task's kind.
    """
    return kind_named(task.kind).encode(column, task.classes)
