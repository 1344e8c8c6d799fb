"""Losses over the observed labels of each task, their slopes, and the link from a head's output to a prediction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from typing import NamedTuple, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mtl.spec.tasks_section import TaskKind
from mtl.tasks.task import Task

LossAndSlope: TypeAlias = tuple[Tensor, Tensor]
Share: TypeAlias = Tensor | float


class TaskLosses(NamedTuple):
    """The losses of one batch.

    Attributes:
        losses: [K], each the mean over the observed rows of its task; 0 where there is none.
        slopes: [B, C], the derivative of each task's loss by its own columns of the outputs.
        counts: the number of observed rows, [K]; None where every label is there.
    """

    losses: Tensor
    slopes: Tensor
    counts: Tensor | None


@dataclass(frozen=True)
class Criterion:
    """The losses of all tasks at once, with their derivatives in closed form: no graph, few kernels.

    The columns of an output matrix [B, C] are the tasks' heads side by side, in the order of `tasks`.
    """

    tasks: tuple[Task, ...]

    def __call__(self, outputs: Tensor, targets: Tensor, observed: Tensor | None) -> TaskLosses:
        """Natural logarithms; squared or Huber (δ = 1) error.

        Args:
            outputs: [B, C].
            targets: [B, K]; the position of the class for a multiclass task; any number or position where not observed.
            observed: 1 where a label is, 0 elsewhere, [B, K]; None where every label of one row or more is there.
        """
        if observed is None:
            return self._weighed(outputs, targets, 1.0 / len(targets), None)
        counts = observed.sum(dim=0)
        return self._weighed(outputs, targets, observed / counts.clamp(min=1.0), counts)

    def _weighed(self, outputs: Tensor, targets: Tensor, share: Share, counts: Tensor | None) -> TaskLosses:
        """`share`: what a row counts for in the mean of each task, [B, K], or one number for all of them."""
        if len(self._parts) == 1:
            return TaskLosses(*_RULES[self.tasks[0].loss](outputs, targets, share), counts)
        found = [
            _RULES[part.loss](
                outputs[:, part.columns],
                targets[:, part.tasks],
                share if isinstance(share, float) else share[:, part.tasks],
            )
            for part in self._parts
        ]
        losses, slopes = zip(*found, strict=True)
        return TaskLosses(torch.cat(losses), torch.cat(slopes, dim=1), counts)

    @cached_property
    def _parts(self) -> list["_Part"]:
        """Neighbours with the same loss are computed as one matrix; each multiclass task is one of its own."""
        columns = column_blocks(self.tasks)
        parts = []
        for (loss, _), group in groupby(enumerate(self.tasks), key=_alike):
            positions = [k for k, _ in group]
            first, last = positions[0], positions[-1]
            parts.append(_Part(loss, slice(first, last + 1), slice(columns[first].start, columns[last].stop)))
        return parts


class _Part(NamedTuple):
    loss: str
    tasks: slice
    columns: slice


def column_blocks(tasks: Sequence[Task]) -> tuple[slice, ...]:
    """Each task's columns of the output matrix."""
    ends = list(accumulate(task.width for task in tasks))
    return tuple(slice(end - task.width, end) for task, end in zip(tasks, ends, strict=True))


def targets(task: Task, labels: NDArray[np.float64]) -> Tensor:
    """Training targets of labels [N], float32: standardised for regression; missing ones are 0, to be masked."""
    filled = np.nan_to_num((labels - task.mean) / task.scale, nan=0.0)
    return torch.from_numpy(filled.astype(np.float32))


def link(kind: TaskKind, outputs: Tensor) -> Tensor:
    """Outputs [B, width] as probabilities, or as they are for regression (standardised)."""
    match kind:
        case "binary":
            return torch.sigmoid(outputs)
        case "multiclass":
            return torch.softmax(outputs, dim=1)
        case _:
            return outputs


def predict(task: Task, outputs: Tensor) -> NDArray[np.float64]:
    """Outputs [B, width] to predictions: the label's own units [B], probability of 1 [B], or probabilities [B, C]."""
    prediction = link(task.kind, outputs.detach().to("cpu", torch.float64))
    if task.kind == "regression":
        prediction = prediction * task.scale + task.mean
    array: NDArray[np.float64] = (prediction if task.kind == "multiclass" else prediction.squeeze(1)).numpy()
    return array


def _alike(entry: tuple[int, Task]) -> tuple[str, int]:
    position, task = entry
    return task.loss, position if task.kind == "multiclass" else -1


def _squared(outputs: Tensor, target: Tensor, share: Share) -> LossAndSlope:
    error = outputs - target
    shared = error * share
    return (error * shared).sum(dim=0), shared.mul_(2.0)


def _huber(outputs: Tensor, target: Tensor, share: Share) -> LossAndSlope:
    error = outputs - target
    clamped = error.clamp(-1.0, 1.0)
    slope = clamped * share
    return (slope * (error - clamped / 2)).sum(dim=0), slope


def _binary(outputs: Tensor, target: Tensor, share: Share) -> LossAndSlope:
    # log(1 + exp(±x)): the sum log(1 + exp(x)) − xy is rounded to 0 where the network is right and sure.
    loss = functional.softplus(torch.addcmul(outputs, outputs, target, value=-2.0))
    return (loss * share).sum(dim=0), (torch.sigmoid(outputs) - target) * share


def _cross_entropy(outputs: Tensor, target: Tensor, share: Share) -> LossAndSlope:
    logarithms, position = functional.log_softmax(outputs, dim=1), target.long()
    loss = -(logarithms.gather(1, position) * share).sum(dim=0)
    minus_one = torch.full_like(target, -1.0)
    return loss, logarithms.exp().scatter_add_(1, position, minus_one).mul_(share)


_RULES: Mapping[str, Callable[[Tensor, Tensor, Share], LossAndSlope]] = {
    "mse": _squared,
    "huber": _huber,
    "bce": _binary,
    "cross_entropy": _cross_entropy,
}
