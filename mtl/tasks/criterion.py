"""The losses of all tasks of a run over their observed labels, with their slopes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from typing import NamedTuple

import torch
from torch import Tensor

from mtl.tasks.balance import Balance, balance_of
from mtl.tasks.loss import ElementwiseLoss, Loss, Share, loss_named
from mtl.tasks.task import Task


class TaskLosses(NamedTuple):
    """The losses of one batch.

    Attributes:
        losses: [K], each the mean over the observed rows of its task, each row times its weight, of a balanced one
            also times that of its class; 0 where there is none.
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

    def __call__(
        self, outputs: Tensor, targets: Tensor, observed: Tensor | None, weights: Tensor | None = None
    ) -> TaskLosses:
        """Every task's loss on a batch.

        Args:
            outputs: [B, C].
            targets: [B, K]; the position of the class for a multiclass task; any number or position where not observed.
            observed: 1 where a label is, 0 elsewhere, [B, K]; None where every label of one row or more is there.
            weights: what each row counts for, [B, 1]; None where all count alike. As with balanced classes, the sum is
                divided by the number of rows and not by their weights, which are 1 on average over all batches.
        """
        counts = None if observed is None else observed.sum(dim=0)
        share: Share = 1.0 / len(targets) if observed is None or counts is None else observed / counts.clamp(min=1.0)
        if weights is not None:
            share = (weights * share).expand(targets.shape)
        return self._balanced(outputs, targets, share, counts)

    def _balanced(self, outputs: Tensor, targets: Tensor, share: Share, counts: Tensor | None) -> TaskLosses:
        balance = self._balance
        if balance is None:
            return self._weighed(outputs, targets, share, counts)
        # Divided by the number of rows, not by their weights: the classes of a batch then count as much as they do in
        # the whole, where they are as frequent as each other, and not less the rarer they happen to be in it.
        return self._weighed(outputs - balance.prior.to(outputs), targets, balance.shares(targets, share), counts)

    def _weighed(self, outputs: Tensor, targets: Tensor, share: Share, counts: Tensor | None) -> TaskLosses:
        if len(self._parts) == 1:
            return TaskLosses(*self._parts[0].loss.value_and_slope(outputs, targets, share), counts)
        found = [
            part.loss.value_and_slope(
                outputs[:, part.columns],
                targets[:, part.tasks],
                share if isinstance(share, float) else share[:, part.tasks],
            )
            for part in self._parts
        ]
        losses, slopes = zip(*found, strict=True)
        return TaskLosses(torch.cat(losses), torch.cat(slopes, dim=1), counts)

    @cached_property
    def _balance(self) -> Balance | None:
        return balance_of(self.tasks)

    @cached_property
    def _parts(self) -> list["_Part"]:
        """Neighbours with the same elementwise loss are computed as one matrix; any other task is one of its own."""
        columns, losses = column_blocks(self.tasks), [loss_named(task.loss) for task in self.tasks]
        parts = []
        for _, group in groupby(range(len(losses)), key=lambda k: _alike(losses, k)):
            first, *others = group
            last = others[-1] if others else first
            parts.append(_Part(losses[first], slice(first, last + 1), slice(columns[first].start, columns[last].stop)))
        return parts


class _Part(NamedTuple):
    loss: Loss
    tasks: slice
    columns: slice


def column_blocks(tasks: Sequence[Task]) -> tuple[slice, ...]:
    """Each task's columns of the output matrix."""
    ends = list(accumulate(task.width for task in tasks))
    return tuple(slice(end - task.width, end) for task, end in zip(tasks, ends, strict=True))


def _alike(losses: Sequence[Loss], k: int) -> object:
    return type(losses[k]) if isinstance(losses[k], ElementwiseLoss) else k
