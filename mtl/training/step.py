"""One batch: losses, weights, gradients.

For hard sharing with representation z = f(x), every head reads its own detached leaf copy of z. One backward of the sum
of the losses then yields, at once, each head's gradient and all K gradients with respect to z. From these follow the
task gradients that a scheme compares, and one backward of their weighted sum goes through the trunk: K tasks cost one
backward through the encoder instead of K.

What the Gramian G is taken of is the spec's `training.gradients`:
    representation: the gradients with respect to z (MGDA-UB, Sener and Koltun 2018, section 3.3). The cheapest, but
        blind where tasks are labelled on different rows: gradients of disjoint rows are orthogonal by construction.
    last_layer: the gradients with respect to the last shared layer (GradNorm, Chen et al. 2018, section 3.1).
    parameters: the gradients with respect to every shared parameter; exact, and costs K backwards.

A scheme that reads G weighs the shared parameters only, and each head follows its own unweighted gradient. A scheme
that reads losses alone weighs the whole task loss, heads included.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mtl.errors import TrainingDivergedError
from mtl.models.batch import Batch
from mtl.models.network import MultiTaskNetwork
from mtl.tasks.losses import observed_mean, row_losses
from mtl.tasks.task import Task
from mtl.weighting.base import FloatArray, Needs, Observation, Scheme, State
from mtl.weighting.presence import weigh_present


@dataclass(frozen=True)
class TaskBatch:
    """Rows of one batch: encoder inputs, targets (one tensor [B] per task), observed float32 [B, K]."""

    inputs: Batch
    targets: tuple[Tensor, ...]
    observed: Tensor

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which tasks have an observed label in the batch, [K]."""
        present: NDArray[np.bool_] = self.observed.any(dim=0).numpy()
        return present


@dataclass(frozen=True)
class StepResult:
    """What one step computed.

    Attributes:
        losses: [K]; NaN for a task that no row of the batch observes.
        weights: [K]; 0 for such a task.
        gramian: [K, K], or None when neither the scheme nor the caller asked for it.
        state: the scheme's next state.
    """

    losses: FloatArray
    weights: FloatArray
    gramian: FloatArray | None
    state: State


@dataclass(frozen=True)
class Step:
    """The tasks, the network and the scheme of a run; each call fills the parameters' gradients for one batch."""

    network: MultiTaskNetwork
    tasks: tuple[Task, ...]
    scheme: Scheme
    compared: tuple[nn.Parameter, ...]
    """The parameters whose gradients the Gramian is taken of; empty for the representation."""

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
        representation = self.network.represent(batch.inputs)
        if observe_gramian or self.scheme.needs is Needs.GRAMIAN:
            return self._through_leaves(representation, batch, state, epoch, losses_after)
        losses = self._losses([head(representation) for head in self.network.heads], batch)
        values, present = _finite(losses, self.tasks), batch.present
        observation = Observation(values, None, losses_after, epoch)
        weights, state = weigh_present(self.scheme, observation, state, present)
        (losses * torch.from_numpy(weights).to(losses.dtype)).sum().backward()
        return StepResult(np.where(present, values, np.nan), weights, None, state)

    def losses_again(self, batch: TaskBatch) -> FloatArray:
        """The losses of a batch under the parameters as they are now, [K]; NaN for absent tasks. No gradients."""
        with torch.no_grad():
            losses = self._losses(self.network(batch.inputs), batch)
        return np.where(batch.present, losses.double().numpy(), np.nan)

    def _through_leaves(
        self, representation: Tensor, batch: TaskBatch, state: State, epoch: int, losses_after: FloatArray | None
    ) -> StepResult:
        leaves = [representation.detach().requires_grad_() for _ in self.tasks]
        losses = self._losses([head(leaf) for head, leaf in zip(self.network.heads, leaves, strict=True)], batch)
        values, present = _finite(losses, self.tasks), batch.present
        losses.sum().backward()
        towards = torch.stack([leaf.grad for leaf in leaves if leaf.grad is not None])
        gramian = self._gramian(representation, towards)
        observation = Observation(values, gramian, losses_after, epoch)
        weights, state = weigh_present(self.scheme, observation, state, present)
        weight = torch.from_numpy(weights).to(towards.dtype)
        representation.backward(torch.tensordot(weight, towards, dims=1))
        if self.scheme.needs is not Needs.GRAMIAN:
            self._weigh_heads(weights)
        return StepResult(np.where(present, values, np.nan), weights, gramian, state)

    def _losses(self, outputs: Sequence[Tensor], batch: TaskBatch) -> Tensor:
        """The loss of each task over its observed rows, [K]; 0 for a task that none observes."""
        return torch.stack(
            [
                observed_mean(row_losses(task, output, target), batch.observed[:, k])
                for k, (task, output, target) in enumerate(zip(self.tasks, outputs, batch.targets, strict=True))
            ]
        )

    def _gramian(self, representation: Tensor, towards: Tensor) -> FloatArray:
        """G = J Jᵀ, [K, K], of the task gradients `towards` the representation, [K, B, H], or pulled back further."""
        jacobian = towards.flatten(1)
        if self.compared:
            pulled = (torch.autograd.grad(representation, self.compared, t, retain_graph=True) for t in towards)
            jacobian = torch.stack([torch.cat([g.flatten() for g in gradients]) for gradients in pulled])
        gramian: FloatArray = (jacobian @ jacobian.T).double().numpy()
        return gramian

    def _weigh_heads(self, weights: FloatArray) -> None:
        for head, weight in zip(self.network.heads, weights, strict=True):
            for parameter in head.parameters():
                if parameter.grad is not None:
                    parameter.grad.mul_(float(weight))


def compared_parameters(network: MultiTaskNetwork, gradients: str) -> tuple[nn.Parameter, ...]:
    """The parameters that `training.gradients` names; none for the representation itself."""
    match gradients:
        case "parameters":
            return tuple(network.shared_parameters())
        case "last_layer":
            return tuple(network.last_shared_layer().parameters())
        case _:
            return ()


def _finite(losses: Tensor, tasks: Sequence[Task]) -> FloatArray:
    values: FloatArray = losses.detach().double().numpy()
    if not np.isfinite(values).all():
        named = ", ".join(task.name for task, value in zip(tasks, values, strict=True) if not np.isfinite(value))
        raise TrainingDivergedError(f"the training loss of {named} is NaN or infinite; lower training.learning_rate")
    return values
