"""Mixture of experts with a mixer per task (Ma et al. 2018, KDD, "Modeling task relationships in multi-task learning").

The paper calls a mixer a gate, and the whole a multi-gate mixture of experts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, final

import torch
from pydantic import Field
from torch import Tensor, nn
from typing_extensions import override

from mtl.extensions import SHARING
from mtl.models.batch import Batch
from mtl.models.body import Body, SharedOutputs
from mtl.models.encoder import Encoder
from mtl.models.shape import NetworkShape
from mtl.models.sharing_way import Sharing
from mtl.models.stacked import StackedTrunks


@SHARING.register
@final
@dataclass(frozen=True)
class Mmoe(Sharing):
    """Several trunks (experts) that all tasks share, and for each task a mixer that weighs them row by row.

    Attributes:
        experts: number of experts, each as wide as the trunk.
    """

    paper: ClassVar[str] = "Ma et al. 2018, KDD"

    experts: Annotated[int, Field(ge=2, le=1024)] = 4

    @override
    def body(self, shape: NetworkShape) -> Body:
        return MmoeBody(shape, self.experts)


@final
class MmoeBody(Body):
    """Experts f₁ … fₙ that all tasks share; task k reads Σᵢ gₖ(x)ᵢ fᵢ(x), gₖ(x) = softmax(Wₖx) (equations 5 to 7).

    Experts are as wide and as deep as the trunk of hard sharing, and the mixers read the encoded features.
    """

    encoder: Encoder

    def __init__(self, shape: NetworkShape, experts: int) -> None:
        super().__init__(len(shape.heads), shape.trunk[-1])
        self.encoder = Encoder(shape.parts, shape.members)
        self.experts = StackedTrunks(experts, (self.encoder.width, *shape.trunk), shape.dropout)
        self.mixers = nn.Parameter(torch.zeros(self.num_tasks, experts, self.encoder.width))

    @override
    def shared_stage(self, batch: Batch) -> SharedOutputs:
        encoded = self.encoder(batch)
        return SharedOutputs((self.experts(encoded.read), encoded.read), (), encoded)

    @override
    def own_stage(self, common: Sequence[Tensor], by_task: Sequence[Tensor]) -> Tensor:
        experts, encoded = common
        return mix(experts, mixing_weights(encoded, self.mixers))

    @override
    def last_shared_layer(self) -> tuple[nn.Parameter, ...]:
        return tuple(self.experts.layers[-1].parameters())

    @override
    def own_parameters(self) -> tuple[nn.Parameter, ...]:
        return (self.mixers,)


def mixing_weights(encoded: Tensor, mixer: Tensor) -> Tensor:
    """Weights [K, B, N] that sum to 1 over N experts, from encoded [K, B, D] and mixer [K, N, D]."""
    return torch.softmax(encoded @ mixer.transpose(1, 2), dim=2)


def mix(experts: Tensor, weights: Tensor) -> Tensor:
    """The mixture [K, B, H] of experts [K, N, B, H] by weights [K, B, N]."""
    return torch.einsum("kbn,knbh->kbh", weights, experts)
