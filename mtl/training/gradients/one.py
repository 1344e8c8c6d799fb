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
            self._activations = body.trunk.activations(self._encoded)
        self.representation = self._activations[-1].float()

    @override
    def gramian(self, slopes: Tensor, space: GradientSpace) -> FloatArray:
        if space == "representation":
            return self._of_representation(slopes)
        gradients = self._of_parameters(slopes)
        return sum_of_gramians(islice(gradients, 2) if space == "last_layer" else gradients)

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
        return to_array(by_column)

    def _of_parameters(self, slopes: Tensor) -> Iterator[Tensor]:
        """The tasks' gradients with respect to each shared parameter, [K, …], from the last layer to the first."""
        for arrival in self._back(self._heads.slopes_of_representation(slopes)):
            yield arrival.weight()
            yield arrival.bias()
        if self._encoded.requires_grad:
            yield from self._body.encoder.gradients(self._batch, self._encoded, arrival.inputs())

    def _back(self, towards: Tensor) -> Iterator[Arrival]:
        return self._body.trunk.back(towards.to(self._activations[-1].dtype), self._activations)
