"""Cross-stitch units (Misra et al. 2016, arXiv 1604.03539)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, final

import torch
from torch import Tensor, nn
from typing_extensions import override

from mtl.extensions import SHARING
from mtl.models.batch import Batch
from mtl.models.body import Body, SharedOutputs
from mtl.models.dropout import dropout
from mtl.models.encoder import Encoder
from mtl.models.shape import NetworkShape
from mtl.models.sharing_way import Sharing
from mtl.models.stacked import StackedLinear
from mtl.options import Fraction


@SHARING.register
@final
@dataclass(frozen=True)
class CrossStitch(Sharing):
    """A trunk per task; after each hidden layer every task reads a learned mixture of all of them.

    Attributes:
        own: initial weight of a task's own trunk; the others share the rest.
    """

    paper: ClassVar[str] = "Misra et al. 2016, arXiv 1604.03539"

    own: Fraction = 0.9

    @override
    def body(self, shape: NetworkShape) -> Body:
        return CrossStitchBody(shape, self.own)


@final
class CrossStitchBody(Body):
    """A trunk per task; after each hidden layer task k goes on with Σⱼ αₖⱼxⱼ over all tasks' activations (equation 1).

    α starts with `own` on its diagonal, and the rest shared out evenly. Where the paper has an α per channel of an
    image, a hidden layer has one; encoded features are common to the trunks. The last unit is the own stage:
    its row αₖ belongs to task k alone.
    """

    encoder: Encoder

    def __init__(self, shape: NetworkShape, own: float) -> None:
        super().__init__(len(shape.heads), shape.trunk[-1])
        self.encoder = Encoder(shape.parts, shape.members)
        self.dropout = shape.dropout
        widths = pairwise((self.encoder.width, *shape.trunk))
        self.layers = nn.ModuleList(StackedLinear(self.num_tasks, before, after) for before, after in widths)
        self.stitches = nn.ParameterList(_stitch(self.num_tasks, own) for _ in shape.trunk)

    @override
    def shared_stage(self, batch: Batch) -> SharedOutputs:
        encoded = self.encoder(batch)
        activations = self._activations(self.layers[0], encoded.read)
        for layer, stitch in zip(self.layers[1:], self.stitches, strict=False):
            activations = self._activations(layer, torch.einsum("kj,jbh->kbh", stitch, activations))
        return SharedOutputs((activations,), (), encoded)

    @override
    def own_stage(self, common: Sequence[Tensor], by_task: Sequence[Tensor]) -> Tensor:
        return torch.einsum("kj,kjbh->kbh", self.stitches[-1], common[0])

    @override
    def last_shared_layer(self) -> tuple[nn.Parameter, ...]:
        return tuple(self.layers[-1].parameters())

    @override
    def own_parameters(self) -> tuple[nn.Parameter, ...]:
        return (self.stitches[-1],)

    def _activations(self, layer: nn.Module, inputs: Tensor) -> Tensor:
        return dropout(torch.relu(layer(inputs)), self.dropout, self.training)


def _stitch(num_tasks: int, own: float) -> Tensor:
    if num_tasks == 1:
        return torch.ones(1, 1)
    others = (1 - own) / (num_tasks - 1)
    return torch.full((num_tasks, num_tasks), others).fill_diagonal_(own)
