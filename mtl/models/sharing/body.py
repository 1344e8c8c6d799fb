"""The contract of a way of sharing.

A body turns a batch into what the heads read. It has two stages, told apart by whose gradients reach them:

    share:  everything whose parameters the gradients of several tasks reach;
    part:   from the tensors of the first stage to what each task's head reads, with parameters of one task each.

The training step differentiates the second stage for each task apart, and the first stage once, for all of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, final

from torch import Tensor, nn

from mtl.models.batch import Batch
from mtl.models.encoder import Encoder


@dataclass(frozen=True)
class Shared:
    """What the first stage gives to the second, for one batch.

    Attributes:
        common: tensors of any shape that every task reads.
        apart: tensors [K, …] of which task k reads the k-th part.
        encoded: the encoded features [B, F] that all of it comes from; None where each task has an encoder of its own.
    """

    common: tuple[Tensor, ...]
    apart: tuple[Tensor, ...]
    encoded: Tensor | None


class Body(nn.Module, ABC):
    """From a batch to what K heads read.

    Attributes:
        shares: whether the gradients of several tasks reach a parameter; where not, there is no Gramian.
        parts: whether tasks read representations of their own; where not, all read the one of the first stage.
        encoder: of all tasks; None where each has its own.
    """

    encoder: Encoder | None

    shares: ClassVar[bool] = True
    parts: ClassVar[bool] = True

    def __init__(self, num_tasks: int, width: int) -> None:
        """`num_tasks`: K; `width`: H, of a representation."""
        super().__init__()
        self.num_tasks, self.width = num_tasks, width

    @abstractmethod
    def share(self, batch: Batch) -> Shared:
        """The first stage."""

    @abstractmethod
    def part(self, common: Sequence[Tensor], apart: Sequence[Tensor]) -> Tensor:
        """The second stage, representations [K, B, H], from common tensors that have a task axis before the others."""

    @abstractmethod
    def last_shared_layer(self) -> tuple[nn.Parameter, ...]:
        """The parameters of the last layer of the first stage."""

    @abstractmethod
    def own_parameters(self) -> tuple[nn.Parameter, ...]:
        """The parameters of the second stage; their first axis is the task's. All of them if nothing is shared."""

    @final
    def for_each_task(self, common: Sequence[Tensor]) -> list[Tensor]:
        """Common tensors with a task axis before the others; nothing is copied."""
        return [tensor.expand(self.num_tasks, *tensor.shape) for tensor in common]

    @final
    def represent(self, batch: Batch) -> Tensor:
        """Both stages: [B, H] where every head reads the same, [K, B, H] otherwise."""
        shared = self.share(batch)
        return self.part(self.for_each_task(shared.common), shared.apart) if self.parts else shared.common[0]

    @final
    def shared_parameters(self) -> tuple[nn.Parameter, ...]:
        """The parameters of the first stage."""
        own = {id(parameter) for parameter in self.own_parameters()}
        return tuple(parameter for parameter in self.parameters() if id(parameter) not in own)
