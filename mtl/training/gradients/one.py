"""Task gradients under hard sharing."""

from collections.abc import Iterator
from itertools import islice
from typing import final

import torch
from torch import Tensor
from typing_extensions import override

from mtl.models.batch import Batch
from mtl.models.heads import Heads
from mtl.models.sharing.hard import HardBody
from mtl.models.trunk import Arrival
from mtl.spec.training_section import GradientSpace
from mtl.training.gradients.task_gradients import TaskGradients, sum_of_gramians, to_array
from mtl.weighting.scheme import FloatArray


@final
class OfOneRepresentation(TaskGradients):
    """Every head reads the same representation: from the heads down to the encoder all gradients have a closed form."""

    def __init__(self, heads: Heads, body: HardBody, batch: Batch) -> None:
        self._heads, self._body, self._batch = heads, body, batch
        self._encoded = body.encoder(batch)
        with torch.no_grad():
            self._activations = body.trunk.activations(self._encoded.read)
        self.representation = self._activations[-1].float()

    @override
    def gramian(self, slopes: Tensor, space: GradientSpace) -> FloatArray:
        if space == "representation":
            return to_array(self._heads.gramian_of_common(slopes))
        gradients = self._of_parameters(slopes)
        return sum_of_gramians(islice(gradients, 2) if space == "last_layer" else gradients)

    @override
    def flow(self, slopes: Tensor, weights: Tensor, own: Tensor | None) -> None:
        towards = self._heads.slopes_of_common(slopes * self._heads.columns(weights))
        for arrival in self._back(towards):
            arrival.layer.weight.grad, arrival.layer.bias.grad = arrival.weight(), arrival.bias()
        read = self._encoded.read
        if read.requires_grad:
            read.backward(arrival.inputs().to(read.dtype))

    def _of_parameters(self, slopes: Tensor) -> Iterator[Tensor]:
        """The tasks' gradients with respect to each shared parameter, [K, …], from the last layer to the first."""
        for arrival in self._back(self._heads.slopes_of_representation(slopes)):
            yield arrival.weight()
            yield arrival.bias()
        if self._encoded.read.requires_grad:
            yield from self._body.encoder.gradients(self._batch, self._encoded, arrival.inputs())

    def _back(self, towards: Tensor) -> Iterator[Arrival]:
        return self._body.trunk.back(towards.to(self._activations[-1].dtype), self._activations)
