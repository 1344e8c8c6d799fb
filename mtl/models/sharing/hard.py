"""Hard sharing: one trunk that every head reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, final

from torch import Tensor, nn
from typing_extensions import override

from mtl.extensions import SHARING
from mtl.models.batch import Batch
from mtl.models.body import Body, SharedOutputs
from mtl.models.encoder import Encoder
from mtl.models.shape import NetworkShape
from mtl.models.sharing_way import Sharing
from mtl.models.trunk import Trunk


@SHARING.register
@final
@dataclass(frozen=True)
class Hard(Sharing):
    """One trunk that every task reads."""

    paper: ClassVar[str] = "Caruana 1997"

    @override
    def body(self, shape: NetworkShape) -> Body:
        return HardBody(shape)


@final
class HardBody(Body):
    """Encoder and trunk are shared, heads are not (Caruana 1997). A single-task baseline is this body with one head."""

    has_own_stage: ClassVar[bool] = False
    encoder: Encoder

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__(len(shape.heads), shape.trunk[-1])
        self.encoder = Encoder(shape.parts, shape.members)
        self.trunk = Trunk((self.encoder.width, *shape.trunk), shape.dropout)

    @override
    def shared_stage(self, batch: Batch) -> SharedOutputs:
        encoded = self.encoder(batch)
        return SharedOutputs((self.trunk(encoded.read),), (), encoded)

    @override
    def own_stage(self, common: Sequence[Tensor], by_task: Sequence[Tensor]) -> Tensor:
        return common[0]

    @override
    def last_shared_layer(self) -> tuple[nn.Parameter, ...]:
        return tuple(self.trunk.layers[-1].parameters())

    @override
    def own_parameters(self) -> tuple[nn.Parameter, ...]:
        return ()
