"""Multi-gate mixture of experts (Ma et al. 2018, KDD, "Modeling task relationships in multi-task learning")."""

from collections.abc import Sequence
from typing import final

import torch
from torch import Tensor, nn
from typing_extensions import override

from mtl.models.batch import Batch
from mtl.models.encoder import Encoder
from mtl.models.shape import NetworkShape
from mtl.models.sharing.body import Body, Shared
from mtl.models.sharing.stacked import StackedTrunks


@final
class MmoeBody(Body):
    """Experts f₁ … fₙ that all tasks share; task k reads Σᵢ gₖ(x)ᵢ fᵢ(x), gₖ(x) = softmax(Wₖx) (equations 5 to 7).

    Experts are as wide and as deep as the trunk of hard sharing, and the gates read the encoded features.
    """

    encoder: Encoder

    def __init__(self, shape: NetworkShape, experts: int) -> None:
        super().__init__(len(shape.heads), shape.trunk[-1])
        self.encoder = Encoder(shape.parts)
        self.experts = StackedTrunks(experts, (self.encoder.width, *shape.trunk), shape.dropout)
        self.gates = nn.Parameter(torch.zeros(self.num_tasks, experts, self.encoder.width))

    @override
    def share(self, batch: Batch) -> Shared:
        encoded = self.encoder(batch)
        return Shared((self.experts(encoded), encoded), (), encoded)

    @override
    def part(self, common: Sequence[Tensor], apart: Sequence[Tensor]) -> Tensor:
        experts, encoded = common
        return mix(experts, gate(encoded, self.gates))

    @override
    def last_shared_layer(self) -> tuple[nn.Parameter, ...]:
        return tuple(self.experts.layers[-1].parameters())

    @override
    def own_parameters(self) -> tuple[nn.Parameter, ...]:
        return (self.gates,)


def gate(encoded: Tensor, weight: Tensor) -> Tensor:
    """Weights [K, B, N] that sum to 1 over N experts, from encoded [K, B, D] and weight [K, N, D]."""
    return torch.softmax(encoded @ weight.transpose(1, 2), dim=2)


def mix(experts: Tensor, weights: Tensor) -> Tensor:
    """The mixture [K, B, H] of experts [K, N, B, H] by weights [K, B, N]."""
    return torch.einsum("kbn,knbh->kbh", weights, experts)
