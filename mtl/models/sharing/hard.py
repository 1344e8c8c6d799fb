"""Hard sharing: one trunk that every head reads."""

from collections.abc import Sequence
from itertools import pairwise
from typing import final

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from mtl.models.batch import Batch
from mtl.models.encoder import Encoder
from mtl.models.shape import NetworkShape
from mtl.models.sharing.body import Body, Shared


@final
class HardBody(Body):
    """Encoder and trunk are shared, heads are not (Caruana 1997). A single-task baseline is this body with one head."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__(len(shape.heads), shape.trunk[-1])
        self.encoder = Encoder(shape)
        self.dropout = shape.dropout
        *below, last = pairwise((self.encoder.width, *shape.trunk))
        layers: list[nn.Module] = []
        for before, after in below:
            layers += [nn.Linear(before, after), nn.ReLU(), nn.Dropout(shape.dropout)]
        self.below, self.last = nn.Sequential(*layers), nn.Linear(*last)

    @override
    def share(self, batch: Batch) -> Shared:
        last_input = self.below(self.encoder(batch))
        active = functional.dropout(torch.relu(self.last(last_input)), self.dropout, self.training)
        return Shared((active,), last_input=last_input)

    @override
    def part(self, common: Sequence[Tensor], apart: Sequence[Tensor]) -> Tensor:
        return common[0]

    @override
    def last_shared_layer(self) -> tuple[nn.Parameter, ...]:
        return tuple(self.last.parameters())

    def slope_of_activation(self, representation: Tensor) -> Tensor:
        """The derivative of ReLU and dropout after the last layer, [B, H], as the representation shows it."""
        kept = 1.0 - self.dropout if self.training else 1.0
        return (representation > 0) / kept

    @override
    def own_parameters(self) -> tuple[nn.Parameter, ...]:
        return ()
