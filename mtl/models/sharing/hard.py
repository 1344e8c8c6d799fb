"""Hard sharing: one trunk that every head reads."""

from collections.abc import Sequence
from typing import ClassVar, final

from torch import Tensor, nn
from typing_extensions import override

from mtl.models.batch import Batch
from mtl.models.encoder import Encoder
from mtl.models.shape import NetworkShape
from mtl.models.sharing.body import Body, Shared
from mtl.models.trunk import Trunk


@final
class HardBody(Body):
    """Encoder and trunk are shared, heads are not (Caruana 1997). A single-task baseline is this body with one head."""

    parts: ClassVar[bool] = False
    encoder: Encoder

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__(len(shape.heads), shape.trunk[-1])
        self.encoder = Encoder(shape.parts)
        self.trunk = Trunk((self.encoder.width, *shape.trunk), shape.dropout)

    @override
    def share(self, batch: Batch) -> Shared:
        encoded = self.encoder(batch)
        return Shared((self.trunk(encoded),), (), encoded)

    @override
    def part(self, common: Sequence[Tensor], apart: Sequence[Tensor]) -> Tensor:
        return common[0]

    @override
    def last_shared_layer(self) -> tuple[nn.Parameter, ...]:
        return tuple(self.trunk.layers[-1].parameters())

    @override
    def own_parameters(self) -> tuple[nn.Parameter, ...]:
        return ()
