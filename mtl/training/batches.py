"""The training side, batch by batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mtl.data.prepared import Side
from mtl.models.batch import Batch, StoredRows
from mtl.tasks.targets import targets
from mtl.tasks.task import Task


@dataclass(frozen=True)
class TaskBatch:
    """Encoder inputs of B rows; targets and observed float32 [B, K], observed 1 where a label is and 0 elsewhere.

    Where every label of the batch is there `observed` is None: a mask that hides nothing takes a good part of the time
    that the losses take. Likewise `weights`, float32 [B, 1], what each row counts for, is None where all count alike.
    """

    inputs: Batch
    targets: Tensor
    observed: Tensor | None
    weights: Tensor | None = None

    def to(self, device: torch.device) -> "TaskBatch":
        """The same rows on a device."""
        if self.targets.device == device:
            return self
        observed, weights = (None if each is None else each.to(device) for each in (self.observed, self.weights))
        return TaskBatch(self.inputs.to(device), self.targets.to(device), observed, weights)


class TrainingRows:
    """The rows of a side that carry a label of some task of the run, in memory no more than once.

    Features stay where they are, on disk if they are memory-mapped; targets [N, K] take 5 bytes per label, and the
    positions of the labelled rows 8 bytes per row, where not every row is labelled.
    """

    def __init__(self, tasks: Sequence[Task], side: Side) -> None:
        """`side.labels` holds the columns of `tasks` alone, in their order."""
        self._inputs = StoredRows(side.inputs)
        self._targets = torch.empty(side.labels.shape, dtype=torch.float32)
        observed = torch.empty(side.labels.shape, dtype=torch.bool)
        for k, task in enumerate(tasks):
            column = side.labels[:, k]
            self._targets[:, k] = targets(task, column)
            observed[:, k] = torch.from_numpy(~np.isnan(column))
        self._weights = None if side.weights is None else torch.from_numpy(side.weights).float().unsqueeze(1)
        labelled = observed.any(dim=1)
        self._labelled = None if labelled.all() else labelled.nonzero().squeeze(1)
        complete = len(self) > 0 and bool((observed.all(dim=1) == labelled).all())
        self._observed = None if complete else observed

    def __len__(self) -> int:
        """The number of labelled rows."""
        return len(self._targets if self._labelled is None else self._labelled)

    def batches(self, size: int, order: torch.Generator) -> Iterator[TaskBatch]:
        """Every labelled row once, in an order drawn from `order`."""
        for index in torch.randperm(len(self), generator=order).split(size):
            rows = index if self._labelled is None else self._labelled[index]
            observed = None if self._observed is None else self._observed[rows].float()
            weights = None if self._weights is None else self._weights[rows]
            yield TaskBatch(self._inputs.batch(rows), self._targets[rows], observed, weights)
