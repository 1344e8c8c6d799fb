"""One batch: losses, weights, gradients.

One forward gives the losses and their slopes at the heads' outputs. From these follow the task gradients that a scheme
compares; one backward of their weighted sum goes through what is shared: K tasks cost one backward instead of K.

A scheme that reads the Gramian weighs the shared parameters only, and what belongs to one task (its head, its mixer)
follows its own unweighted gradient. A scheme that reads losses alone weighs the whole task loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mtl.models.members import for_each_member
from mtl.models.network import MultiTaskNetwork
from mtl.spec.training_section import GradientSpace
from mtl.tasks.criterion import Criterion, TaskLosses
from mtl.tasks.task import Task
from mtl.training.batches import TaskBatch
from mtl.training.gradients.forward import task_gradients
from mtl.training.gradients.task_gradients import to_array
from mtl.training.precision import EXACT, Precision
from mtl.weighting.presence import weigh_present
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State


@dataclass(frozen=True)
class StepResult:
    """What one step computed.

    Attributes:
        losses: [K]; NaN for a task that no row of the batch observes.
        weights: [K]; 0 for such a task.
        gramian: [K, K], or None when neither the scheme nor the caller asked for it, or nothing is shared.
        state: the scheme's next state.
    """

    losses: FloatArray
    weights: FloatArray
    gramian: FloatArray | None
    state: State


@dataclass(frozen=True)
class Step:
    """The tasks, the network and the scheme of a run; each call fills the parameters' gradients for one batch.

    Attributes:
        space: what the Gramian is taken of.
    """

    network: MultiTaskNetwork
    tasks: tuple[Task, ...]
    scheme: Scheme
    space: GradientSpace
    precision: Precision = EXACT

    def backward(
        self,
        batch: TaskBatch,
        state: State,
        epoch: int,
        losses_after: FloatArray | None = None,
        observe_gramian: bool = False,
    ) -> StepResult:
        """Fill `.grad` of every parameter, which the caller cleared.

        Raises:
            TrainingDivergedError: a loss, a gradient or a weight is NaN or infinite.
        """
        reads_gramian = self.scheme.needs is Needs.GRAMIAN
        compared = self.network.shape.sharing.shares_parameters and (observe_gramian or reads_gramian)
        with self.precision.forward():
            gradients = task_gradients(self.network, batch.inputs, compared)
        with torch.no_grad():
            outputs, read = self.network.heads(gradients.representation)
            losses, slopes, counts = self._losses(outputs, batch)
            values, present = _on_host(losses, counts)
            gramian = gradients.gramian(slopes, self.space) if compared else None
            observation = Observation(values, gramian, losses_after, epoch)
            weights, state = weigh_present(self.scheme, observation, state, present, self._task_names)
            weight = torch.from_numpy(weights).to(slopes)
            own = None if reads_gramian else weight
            self._fill_heads(gradients.representation, slopes, own, read)
            gradients.flow(slopes, weight, own)
        return StepResult(_of_present(values, present), weights, gramian, state)

    def _losses(self, outputs: Tensor, batch: TaskBatch) -> TaskLosses:
        """The mean of the members' losses: each member answers for every row."""
        members = self.network.shape.members
        given = (batch.observed, batch.weights)
        observed, weights = (None if each is None else for_each_member(each, members) for each in given)
        return self._criterion(outputs, for_each_member(batch.targets, members), observed, weights)

    def _fill_heads(
        self, representation: Tensor, slopes: Tensor, own: Tensor | None, read: Mapping[int, Tensor]
    ) -> None:
        heads = self.network.heads
        heads.fill_gradients(representation, slopes if own is None else slopes * heads.columns(own), read)

    @torch.no_grad()
    def losses_again(self, batch: TaskBatch) -> FloatArray:
        """The losses of a batch under the parameters as they are now, [K]; NaN for absent tasks. No gradients."""
        with self.precision.forward():
            representation = self.network.body.represent(batch.inputs).float()
        outputs = self.network.heads(representation).outputs
        losses, _, counts = self._losses(outputs, batch)
        return _of_present(*_on_host(losses, counts))

    @cached_property
    def _criterion(self) -> Criterion:
        return Criterion(self.tasks)

    @cached_property
    def _task_names(self) -> tuple[str, ...]:
        return tuple(task.name for task in self.tasks)


def _on_host(losses: Tensor, counts: Tensor | None) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Losses and presence by task, fetched together: from a GPU each fetch waits for all that was queued."""
    if counts is None:
        return to_array(losses), np.ones(len(losses), dtype=np.bool_)
    values, numbers = to_array(torch.stack([losses, counts]))
    return values, numbers > 0


def _of_present(losses: FloatArray, present: NDArray[np.bool_]) -> FloatArray:
    """Losses of tasks that have an observed label in the batch; NaN for the others."""
    return losses if present.all() else np.where(present, losses, np.nan)
