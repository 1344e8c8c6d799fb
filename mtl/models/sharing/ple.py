"""Progressive layered extraction (Tang et al. 2020, RecSys): customised gate control (CGC), layer upon layer.

A mixer weighs experts row by row; the paper calls it a gate.
"""

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
from mtl.models.sharing.mmoe import mix, mixing_weights
from mtl.models.sharing_way import Sharing
from mtl.models.stacked import StackedLinear
from mtl.options import Experts


@SHARING.register
@final
@dataclass(frozen=True)
class Ple(Sharing):
    """Shared experts and each task's own at every hidden layer, weighed by mixers (progressive layered extraction).

    Attributes:
        shared_experts: experts of each layer that all tasks read.
        own_experts: experts of each layer that belong to one task, for each task.
    """

    paper: ClassVar[str] = "Tang et al. 2020, RecSys"

    shared_experts: Experts = 2
    own_experts: Experts = 1

    @override
    def body(self, shape: NetworkShape) -> Body:
        return PleBody(shape, self.shared_experts, self.own_experts)


@final
class PleBody(Body):
    """One CGC layer per hidden layer of the trunk, each expert one linear layer with ReLU and dropout.

    In a layer, task k mixes its own experts and the shared ones by a mixer of its own input (equations 1 to 3); below
    the last layer a shared mixer mixes all experts into the input of the next layer's shared experts (section 4.2).
    The own experts and the mixers of the last layer are the own stage: they belong to one task each.
    """

    encoder: Encoder

    def __init__(self, shape: NetworkShape, shared_experts: int, own_experts: int) -> None:
        super().__init__(len(shape.heads), shape.trunk[-1])
        self.encoder = Encoder(shape.parts, shape.members)
        self.dropout = shape.dropout
        widths = list(pairwise((self.encoder.width, *shape.trunk)))
        experts = (self.num_tasks, shared_experts, own_experts)
        layers = [_CgcLayer(*width, *experts) for width in widths]
        self.below, self.last = nn.ModuleList(layers[:-1]), layers[-1]
        everything = shared_experts + self.num_tasks * own_experts
        self.shared_mixers = nn.ParameterList(torch.zeros(1, everything, before) for before, _ in widths[:-1])

    @override
    def shared_stage(self, batch: Batch) -> SharedOutputs:
        encoded = self.encoder(batch)
        of_tasks, of_all = self.for_each_task([encoded.read])[0], encoded.read
        for layer, shared_mixer in zip(self._layers_below, self.shared_mixers, strict=True):
            shared, own = self._active(layer.shared(of_all)), self._active(layer.own_experts(of_tasks))
            everything = torch.cat([shared, own.flatten(0, 1)]).unsqueeze(0)
            next_of_all = mix(everything, mixing_weights(of_all.unsqueeze(0), shared_mixer))[0]
            of_tasks = layer.mixed(self.for_each_task([shared])[0], own, of_tasks)
            of_all = next_of_all
        experts = self._active(self.last.shared(of_all))
        if len(self.shared_mixers) == 0:
            return SharedOutputs((experts, encoded.read), (), encoded)
        return SharedOutputs((experts,), (of_tasks,), encoded)

    @override
    def own_stage(self, common: Sequence[Tensor], by_task: Sequence[Tensor]) -> Tensor:
        read = by_task[0] if by_task else common[1]
        return self.last.mixed(common[0], self._active(self.last.own_experts(read)), read)

    @override
    def last_shared_layer(self) -> tuple[nn.Parameter, ...]:
        return tuple(self.last.shared.parameters())

    @override
    def own_parameters(self) -> tuple[nn.Parameter, ...]:
        return (*self.last.own.parameters(), self.last.mixers)

    @property
    def _layers_below(self) -> list["_CgcLayer"]:
        return [layer for layer in self.below if isinstance(layer, _CgcLayer)]

    def _active(self, experts: Tensor) -> Tensor:
        return dropout(torch.relu(experts), self.dropout, self.training)


class _CgcLayer(nn.Module):
    """Shared experts, each task's own experts, and each task's mixer of both."""

    def __init__(self, before: int, after: int, num_tasks: int, shared_experts: int, own_experts: int) -> None:
        super().__init__()
        self.after, self.num_tasks, self.num_own = after, num_tasks, own_experts
        self.shared = StackedLinear(shared_experts, before, after)
        # A task's own experts read the same input: side by side they are one wide layer.
        self.own = StackedLinear(num_tasks, before, own_experts * after)
        self.mixers = nn.Parameter(torch.zeros(num_tasks, shared_experts + own_experts, before))

    def own_experts(self, of_tasks: Tensor) -> Tensor:
        """Each task's own experts before their activation, [K, N, B, after], from the tasks' inputs [K, B, before]."""
        wide: Tensor = self.own(of_tasks)
        return wide.view(*wide.shape[:2], self.num_own, self.after).transpose(1, 2)

    def mixed(self, shared: Tensor, own: Tensor, of_tasks: Tensor) -> Tensor:
        """What each task goes on with, [K, B, after], from shared experts [K, N, B, after], its own, and its input."""
        return mix(torch.cat([shared, own], dim=1), mixing_weights(of_tasks, self.mixers))
