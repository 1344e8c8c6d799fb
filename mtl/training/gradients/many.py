"""Task gradients where each task has a stage of its own."""

from collections.abc import Iterator, Sequence
from typing import final

import numpy as np
import torch
from torch import Tensor
from typing_extensions import override

from mtl.models.batch import Batch
from mtl.models.network import MultiTaskNetwork
from mtl.spec.training_section import GradientSpace
from mtl.training.gradients.task_gradients import TaskGradients, sum_of_gramians
from mtl.weighting.scheme import FloatArray


@final
class OfManyRepresentations(TaskGradients):
    """Every task reads a representation of its own, through a stage of its own."""

    def __init__(self, network: MultiTaskNetwork, batch: Batch, compared: bool) -> None:
        self._heads, self._body, self._batch, self._compared = network.heads, network.body, batch, compared
        shared = self._body.shared_stage(batch)
        self._encoded, self._num_common = shared.encoded, len(shared.common)
        self._shared = [*shared.common, *shared.by_task]
        read = [*self._body.for_each_task(shared.common), *shared.by_task]
        if compared:
            read = [tensor.detach().requires_grad_(tensor.requires_grad) for tensor in read]
        self._leaves = read
        self._graph = self._body.own_stage(read[: self._num_common], read[self._num_common :])
        self.representation = self._graph.detach().float()

    @override
    def gramian(self, slopes: Tensor, space: GradientSpace) -> FloatArray:
        # One backward through the tasks' own stages, which also fills their parameters' `.grad`, unweighted.
        self._graph.backward(self._towards(slopes))
        if space == "representation":
            return self._of_representation()
        of_all = space == "parameters"
        return sum_of_gramians(self._of_all() if of_all else self._of_each(self._body.last_shared_layer()))

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
            part = sum_of_gramians([gradient])
            found += part if position < self._num_common else np.diag(np.diag(part))
        return found

    def _of_all(self) -> Iterator[Tensor]:
        """The tasks' gradients with respect to each shared parameter."""
        encoder, encoded = self._body.encoder, self._encoded
        if encoder is None or encoded is None or not encoded.read.requires_grad:
            yield from self._of_each(self._body.shared_parameters())
            return
        known = {id(parameter) for parameter in encoder.parameters()}
        others = [parameter for parameter in self._body.shared_parameters() if id(parameter) not in known]
        *gradients, towards = self._of_each([*others, encoded.read])
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
            arriving.append(gradient[k] if position < self._num_common else _slice_alone(gradient, k))
        found = torch.autograd.grad(outputs, tensors, arriving, retain_graph=True, allow_unused=True)
        return [torch.zeros_like(t) if g is None else g for t, g in zip(tensors, found, strict=True)]


def _along_first(values: Tensor, like: Tensor) -> Tensor:
    """Values [K], shaped to multiply the slices [K, …] of a tensor."""
    return values.view(-1, *[1] * (like.dim() - 1))


def _slice_alone(tensor: Tensor, k: int) -> Tensor:
    """The k-th slice, and 0 elsewhere."""
    alone = torch.zeros_like(tensor)
    alone[k] = tensor[k]
    return alone
