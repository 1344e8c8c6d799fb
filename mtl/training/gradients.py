"""The K task gradients of one batch: their Gramian, and their weighted sum in the parameters' `.grad`.

Both start from the slopes [B, C], the derivative of each task's loss by its own head's outputs. Heads are linear: task
k's gradient with respect to the representation that it reads is δₖ = DₖWₖ, with Dₖ its columns of the slopes.

What the Gramian G is taken of is the spec's `training.gradients`:
    representation: the gradients with respect to what the tasks' own stages read (MGDA-UB, Sener and Koltun 2018,
        section 3.3). The cheapest, but blind where tasks are labelled on different rows: gradients of disjoint rows
        are orthogonal by construction.
    last_layer: the gradients with respect to the last shared layer (GradNorm, Chen et al. 2018, section 3.1).
    parameters: the gradients with respect to every shared parameter; exact, and the way back K times.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias, final

import numpy as np
import torch
from torch import Tensor
from typing_extensions import override

from mtl.models.batch import Batch
from mtl.models.heads import Heads
from mtl.models.network import MultiTaskNetwork
from mtl.models.sharing.hard import HardBody
from mtl.models.trunk import Arrival
from mtl.spec.model import GradientSpace
from mtl.weighting.base import FloatArray

Space: TypeAlias = GradientSpace


class TaskGradients(ABC):
    """The task gradients of one batch, to be taken where no graph is recorded (`torch.no_grad`).

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
    if isinstance(network.body, HardBody):
        return _OfOneRepresentation(network.heads, network.body, batch)
    return _OfManyRepresentations(network, batch, compared)


@final
class _OfOneRepresentation(TaskGradients):
    """Every head reads the same representation: from the heads down to the encoder all gradients have a closed form."""

    def __init__(self, heads: Heads, body: HardBody, batch: Batch) -> None:
        self._heads, self._body, self._batch = heads, body, batch
        self._encoded = body.encoder(batch)
        with torch.no_grad():
            self._activations = body.trunk.activations(self._encoded)
        self.representation = self._activations[-1].float()

    @override
    def gramian(self, slopes: Tensor, space: Space) -> FloatArray:
        if space == "representation":
            return self._of_representation(slopes)
        gradients = self._of_parameters(slopes)
        return _gramian(islice(gradients, 2) if space == "last_layer" else gradients)

    @override
    def flow(self, slopes: Tensor, weights: Tensor, own: Tensor | None) -> None:
        towards = (slopes * self._heads.columns(weights)) @ self._heads.weight
        for arrival in self._back(towards):
            arrival.layer.weight.grad, arrival.layer.bias.grad = arrival.weight(), arrival.bias()
        if self._encoded.requires_grad:
            self._encoded.backward(arrival.inputs().to(self._encoded.dtype))

    def _of_representation(self, slopes: Tensor) -> FloatArray:
        """⟨DᵢWᵢ, DⱼWⱼ⟩ = Σ (DᵢᵀDⱼ) ∘ (WᵢWⱼᵀ): no gradient of B × H numbers is ever formed."""
        wide, weight = slopes.double(), self._heads.weight.double()
        by_column = (wide.T @ wide) * (weight @ weight.T)
        if not self._heads.one_column_each:
            by_column = torch.stack([by_column[block].sum(dim=0) for block in self._heads.blocks])
            by_column = torch.stack([by_column[:, block].sum(dim=1) for block in self._heads.blocks], dim=1)
        return _array(by_column)

    def _of_parameters(self, slopes: Tensor) -> Iterator[Tensor]:
        """The tasks' gradients with respect to each shared parameter, [K, …], from the last layer to the first."""
        for arrival in self._back(self._heads.slopes_of_representation(slopes)):
            yield arrival.weight()
            yield arrival.bias()
        if self._encoded.requires_grad:
            yield from self._body.encoder.gradients(self._batch, self._encoded, arrival.inputs())

    def _back(self, towards: Tensor) -> Iterator[Arrival]:
        return self._body.trunk.back(towards.to(self._activations[-1].dtype), self._activations)


@final
class _OfManyRepresentations(TaskGradients):
    """Every task reads a representation of its own, through a stage of its own."""

    def __init__(self, network: MultiTaskNetwork, batch: Batch, compared: bool) -> None:
        self._heads, self._body, self._batch, self._compared = network.heads, network.body, batch, compared
        shared = self._body.share(batch)
        self._encoded, self._num_common = shared.encoded, len(shared.common)
        self._shared = [*shared.common, *shared.apart]
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
        of_all = space == "parameters"
        return _gramian(self._of_all() if of_all else self._of_each(self._body.last_shared_layer()))

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
        return self._heads.slopes_of_representation(slopes).to(self._graph.dtype)

    def _reached(self) -> Iterator[tuple[int, Tensor, Tensor]]:
        """Position, shared tensor and the tasks' gradients with respect to it [K, …], where anything learns from it."""
        for position, (tensor, leaf) in enumerate(zip(self._shared, self._leaves, strict=True)):
            if leaf.grad is not None:
                yield position, tensor, leaf.grad

    def _of_representation(self) -> FloatArray:
        """What only one task reads counts on the diagonal alone."""
        found = np.zeros((self._body.num_tasks, self._body.num_tasks))
        for position, _, gradient in self._reached():
            part = _gramian([gradient])
            found += part if position < self._num_common else np.diag(np.diag(part))
        return found

    def _of_all(self) -> Iterator[Tensor]:
        """The tasks' gradients with respect to each shared parameter."""
        encoder, encoded = self._body.encoder, self._encoded
        if encoder is None or encoded is None or not encoded.requires_grad:
            yield from self._of_each(self._body.shared_parameters())
            return
        known = {id(parameter) for parameter in encoder.parameters()}
        others = [parameter for parameter in self._body.shared_parameters() if id(parameter) not in known]
        *gradients, towards = self._of_each([*others, encoded])
        yield from gradients
        yield from encoder.gradients(self._batch, encoded, towards)

    def _of_each(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """The tasks' gradients with respect to each of some shared tensors, [K, …]."""
        by_task = [self._of_task(k, tensors) for k in range(self._body.num_tasks)]
        return [torch.stack(gradients) for gradients in zip(*by_task, strict=True)]

    def _of_task(self, k: int, tensors: Sequence[Tensor]) -> list[Tensor]:
        outputs, arriving = [], []
        for position, tensor, gradient in self._reached():
            outputs.append(tensor)
            arriving.append(gradient[k] if position < self._num_common else _part_alone(gradient, k))
        found = torch.autograd.grad(outputs, tensors, arriving, retain_graph=True, allow_unused=True)
        return [torch.zeros_like(t) if g is None else g for t, g in zip(tensors, found, strict=True)]


def _gramian(gradients: Iterable[Tensor]) -> FloatArray:
    """Σ J Jᵀ of gradients [K, …] with respect to each of several tensors.

    In float64: the squares of gradients that float32 holds overflow it, or vanish in it.
    """
    wide = (gradient.flatten(1).double() for gradient in gradients)
    return _array(torch.stack([jacobian @ jacobian.T for jacobian in wide]).sum(dim=0))


def _along_first(values: Tensor, like: Tensor) -> Tensor:
    """Values [K], shaped to multiply the parts [K, …] of a tensor."""
    return values.view(-1, *[1] * (like.dim() - 1))


def _part_alone(tensor: Tensor, k: int) -> Tensor:
    """The k-th part, and 0 elsewhere."""
    alone = torch.zeros_like(tensor)
    alone[k] = tensor[k]
    return alone


def _array(tensor: Tensor) -> FloatArray:
    array: FloatArray = tensor.cpu().numpy()
    return array
