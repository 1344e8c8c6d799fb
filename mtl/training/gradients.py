"""The K task gradients of one batch: their Gramian, and their weighted sum in the parameters' `.grad`.

Both start from the slopes [B, C], the derivative of each task's loss by its own head's outputs. Heads are linear: task
k's gradient with respect to the representation that it reads is δₖ = DₖWₖ, with Dₖ its columns of the slopes.

What the Gramian G is taken of is the spec's `training.gradients`:
    representation: the gradients with respect to what the tasks' own stages read (MGDA-UB, Sener and Koltun 2018,
        section 3.3). The cheapest, but blind where tasks are labelled on different rows: gradients of disjoint rows
        are orthogonal by construction.
    last_layer: the gradients with respect to the last shared layer (GradNorm, Chen et al. 2018, section 3.1).
    parameters: the gradients with respect to every shared parameter; exact, and costs K backwards.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TypeAlias, final

import numpy as np
import torch
from torch import Tensor, nn
from typing_extensions import override

from mtl.models.batch import Batch
from mtl.models.heads import Heads
from mtl.models.network import MultiTaskNetwork
from mtl.models.sharing.body import Shared
from mtl.models.sharing.hard import HardBody
from mtl.spec.model import GradientSpace
from mtl.weighting.base import FloatArray

Space: TypeAlias = GradientSpace


class TaskGradients(ABC):
    """The task gradients of one batch.

    Attributes:
        representation: what the heads read, [B, H] or [K, B, H]; without a graph.
    """

    representation: Tensor

    @abstractmethod
    def gramian(self, slopes: Tensor, space: Space) -> FloatArray:
        """G = J Jᵀ, [K, K], of the task gradients in a space."""

    @abstractmethod
    def flow(self, slopes: Tensor, weights: Tensor, own: Tensor | None) -> None:
        """Fill `.grad` of the body's parameters, shared ones by `weights` [K], each task's own by `own` [K] or by 1."""


def task_gradients(network: MultiTaskNetwork, batch: Batch, compared: bool) -> TaskGradients:
    """The forward pass. Its gradients are kept apart by task if they are to be `compared`."""
    shared = network.body.share(batch)
    if isinstance(network.body, HardBody):
        return _OfOneRepresentation(network.heads, network.body, shared)
    return _OfManyRepresentations(network, shared, compared)


@final
class _OfOneRepresentation(TaskGradients):
    """Every head reads the same representation: everything up to the trunk has a closed form."""

    def __init__(self, heads: Heads, body: HardBody, shared: Shared) -> None:
        assert shared.last_input is not None
        self._heads, self._body = heads, body
        self._graph, self._last_input = shared.common[0], shared.last_input
        self.representation = self._graph.detach().float()

    @override
    def gramian(self, slopes: Tensor, space: Space) -> FloatArray:
        if space == "representation":
            return self._of_representation(slopes)
        towards = self._before_activation(slopes)
        jacobian = self._of_last_layer(towards)
        below = self._below_last_layer() if space == "parameters" else ()
        if below:
            jacobian = torch.cat([jacobian, self._of_parameters(towards, below)], dim=1)
        return _gramian(jacobian)

    @override
    def flow(self, slopes: Tensor, weights: Tensor, own: Tensor | None) -> None:
        towards = (slopes * self._heads.columns(weights)) @ self._heads.weight.detach()
        self._graph.backward(towards.to(self._graph.dtype))

    def _of_representation(self, slopes: Tensor) -> FloatArray:
        """⟨DᵢWᵢ, DⱼWⱼ⟩ = Σ (DᵢᵀDⱼ) ∘ (WᵢWⱼᵀ): no gradient of B × H numbers is ever formed."""
        wide, weight = slopes.double(), self._heads.weight.detach().double()
        by_column = (wide.T @ wide) * (weight @ weight.T)
        if not self._heads.one_column_each:
            by_column = torch.stack([by_column[block].sum(dim=0) for block in self._heads.blocks])
            by_column = torch.stack([by_column[:, block].sum(dim=1) for block in self._heads.blocks], dim=1)
        return _array(by_column)

    def _before_activation(self, slopes: Tensor) -> Tensor:
        """The gradients with respect to the last layer before ReLU and dropout, [K, B, H]."""
        towards = self._heads.slopes_of_representation(slopes).detach()
        return towards * self._body.slope_of_activation(self.representation)

    def _of_last_layer(self, towards: Tensor) -> Tensor:
        """The gradients with respect to the last layer's weight and bias, [K, n]."""
        weight = towards.transpose(1, 2) @ self._last_input.detach().float()
        return torch.cat([weight.flatten(1), towards.sum(dim=1)], dim=1)

    def _below_last_layer(self) -> tuple[nn.Parameter, ...]:
        last = {id(parameter) for parameter in self._body.last_shared_layer()}
        return tuple(parameter for parameter in self._body.shared_parameters() if id(parameter) not in last)

    def _of_parameters(self, towards: Tensor, parameters: Sequence[nn.Parameter]) -> Tensor:
        """The gradients with respect to parameters below the last layer, [K, n]."""
        pulled = (towards @ self._body.last.weight.detach()).to(self._last_input.dtype)
        return torch.stack(
            [_flat(torch.autograd.grad(self._last_input, parameters, p, retain_graph=True)) for p in pulled]
        )


@final
class _OfManyRepresentations(TaskGradients):
    """Every task reads a representation of its own, through a stage of its own."""

    def __init__(self, network: MultiTaskNetwork, shared: Shared, compared: bool) -> None:
        self._heads, self._body, self._compared = network.heads, network.body, compared
        self._shared = [*shared.common, *shared.apart]
        self._num_common = len(shared.common)
        read = [*self._body.for_each_task(shared.common), *shared.apart]
        if compared:
            read = [tensor.detach().requires_grad_(tensor.requires_grad) for tensor in read]
        self._leaves = read
        self._graph = self._body.part(read[: self._num_common], read[self._num_common :])
        self.representation = self._graph.detach().float()

    @override
    def gramian(self, slopes: Tensor, space: Space) -> FloatArray:
        # One backward through the tasks' own stages, which also fills their parameters' `.grad`, unweighted.
        self._graph.backward(self._towards(slopes))
        if space == "representation":
            return self._of_representation()
        body = self._body
        parameters = body.last_shared_layer() if space == "last_layer" else body.shared_parameters()
        return _gramian(torch.stack([self._of_parameters(k, parameters) for k in range(body.num_tasks)]))

    @override
    def flow(self, slopes: Tensor, weights: Tensor, own: Tensor | None) -> None:
        if not self._compared:
            self._graph.backward(self._towards(slopes * self._heads.columns(weights)))
            return
        if own is not None:
            self._weigh_own(own)
        tensors, gradients = [], []
        for position, tensor, gradient in self._reached():
            weighted = gradient * _along_first(weights.to(gradient.dtype), gradient)
            tensors.append(tensor)
            gradients.append(weighted.sum(dim=0) if position < self._num_common else weighted)
        torch.autograd.backward(tensors, gradients)

    def _weigh_own(self, own: Tensor) -> None:
        for parameter in self._body.own_parameters():
            if parameter.grad is not None:
                parameter.grad.mul_(_along_first(own, parameter))

    def _towards(self, slopes: Tensor) -> Tensor:
        return self._heads.slopes_of_representation(slopes).detach().to(self._graph.dtype)

    def _reached(self) -> Iterator[tuple[int, Tensor, Tensor]]:
        """Position, shared tensor and the tasks' gradients with respect to it [K, …], where anything learns from it."""
        for position, (tensor, leaf) in enumerate(zip(self._shared, self._leaves, strict=True)):
            if leaf.grad is not None:
                yield position, tensor, leaf.grad

    def _of_representation(self) -> FloatArray:
        """What only one task reads counts on the diagonal alone."""
        gramian = np.zeros((self._body.num_tasks, self._body.num_tasks))
        for position, _, gradient in self._reached():
            found = _gramian(gradient.flatten(1))
            gramian += found if position < self._num_common else np.diag(np.diag(found))
        return gramian

    def _of_parameters(self, k: int, parameters: Sequence[nn.Parameter]) -> Tensor:
        """Task k's gradient with respect to shared parameters, [n]."""
        tensors, gradients = [], []
        for position, tensor, gradient in self._reached():
            tensors.append(tensor)
            gradients.append(gradient[k] if position < self._num_common else _part_alone(gradient, k))
        found = torch.autograd.grad(tensors, parameters, gradients, retain_graph=True, allow_unused=True)
        return _flat([torch.zeros_like(p) if g is None else g for p, g in zip(parameters, found, strict=True)])


def _along_first(values: Tensor, like: Tensor) -> Tensor:
    """Values [K], shaped to multiply the parts [K, …] of a tensor."""
    return values.view(-1, *[1] * (like.dim() - 1))


def _part_alone(tensor: Tensor, k: int) -> Tensor:
    """The k-th part, and 0 elsewhere."""
    alone = torch.zeros_like(tensor)
    alone[k] = tensor[k]
    return alone


def _flat(gradients: Sequence[Tensor]) -> Tensor:
    return torch.cat([gradient.flatten() for gradient in gradients])


def _gramian(jacobian: Tensor) -> FloatArray:
    """J Jᵀ in float64: the squares of gradients that float32 holds overflow it, or vanish in it."""
    wide = jacobian.double()
    return _array(wide @ wide.T)


def _array(tensor: Tensor) -> FloatArray:
    array: FloatArray = tensor.cpu().numpy()
    return array
