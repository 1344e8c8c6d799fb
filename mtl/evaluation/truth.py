"""What was observed of a task, and the shape that predictions of it must have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mtl.extensions import METRICS
from mtl.tasks.kind import kind_named

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]

Predictions: TypeAlias = Mapping[str, NDArray[np.floating]]
"""Task → predictions aligned with that task's `TaskTruth` on one side of the split."""


@dataclass(frozen=True, eq=False)
class TaskTruth:
    """The observed labels of one task on one side of the split. The arrays are copied and made read-only.

    Predictions are aligned with the labels: regression [n] in the label's own units; binary [n], the probability of
    class 1; multiclass [n, C] probabilities.

    Attributes:
        task: the task's name.
        kind: its name in the catalog.
        metric: the headline metric, which differences are measured in.
        labels: shape [n], observed rows only, finite; the class index (0 or 1 for binary) of a classification task.
        units: shape [n], the code of the independent unit (row, group or day) that each row belongs to.
        classes: the C class names of a classification task, in the order of the class indices; empty for regression.

    Raises:
        ValueError: labels that are not finite or not class indices, units of another length, a metric of another kind.
        SpecError: a kind or a metric that there is not.
    """

    task: str
    kind: str
    metric: str
    labels: FloatArray
    units: IntArray
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be scored; keep copies that nobody can change."""
        for field, dtype in (("labels", np.float64), ("units", np.int64)):
            array = np.array(getattr(self, field), dtype=dtype)
            array.flags.writeable = False
            object.__setattr__(self, field, array)
        if self.labels.ndim != 1 or self.units.shape != self.labels.shape:
            raise ValueError(f"task {self.task}: labels {self.labels.shape} and units {self.units.shape} must be [n]")
        if not np.isfinite(self.labels).all():
            raise ValueError(f"task {self.task}: a label is not finite; keep the observed rows only")
        if self.kind not in METRICS.get(self.metric).kinds:
            raise ValueError(f"task {self.task}: {self.metric} is no metric of a {self.kind} task")
        if self.num_classes and not np.isin(self.labels, np.arange(self.num_classes)).all():
            raise ValueError(f"task {self.task}: a label is not a class index below {self.num_classes}")

    @property
    def num_classes(self) -> int:
        """C: the number of classes; 0 where labels are no class indices."""
        return kind_named(self.kind).num_classes(self.classes)

    def aligned(self, predictions: NDArray[np.floating]) -> FloatArray:
        """The predictions as float64.

        Raises:
            ValueError: predictions that are not shaped as the kind's are.
        """
        expected = kind_named(self.kind).prediction_shape(len(self.labels), self.classes)
        if predictions.shape != expected:
            raise ValueError(f"task {self.task}: predictions are {predictions.shape}, expected {expected}")
        return predictions.astype(np.float64)
