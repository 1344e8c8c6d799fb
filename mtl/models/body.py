"""The body of a network: from a batch to what the heads read, as a way of sharing builds it.

It has two stages, told apart by whose gradients reach them:

    the shared stage: everything whose parameters the gradients of several tasks reach;
    the own stage: from what the shared stage gives to what each task's head reads, with parameters of one task each.

The training step differentiates the own stage for each task separately, and the shared stage once, for all of them.
Where a network has M members, what is called a batch of B rows behind the encoder is the M × B rows of all members.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, final

from torch import Tensor, nn

from mtl.models.batch import Batch
from mtl.models.encoder import Encoder
from mtl.models.members import Encoded


@dataclass(frozen=True)
class SharedOutputs:
    """What the shared stage gives to the own stage, for one batch.

    Attributes:
        common: tensors of any shape that every task reads.
        by_task: tensors [K, …] of which task k reads the k-th slice.
        encoded: the encoded batch that all of it comes from; None where each task has an encoder of its own.
    """

    common: tuple[Tensor, ...]
    by_task: tuple[Tensor, ...]
    encoded: Encoded | None


class Body(nn.Module, ABC):
    """From a batch to what K heads read.

    Attributes:
        has_own_stage: whether tasks read representations of their own; where not, all read the one of the shared stage.
        encoder: of all tasks; None where each has its own.
    """

    encoder: Encoder | None

    has_own_stage: ClassVar[bool] = True

    def __init__(self, num_tasks: int, width: int) -> None:
        """`num_tasks`: K; `width`: H, of a representation."""
        super().__init__()
        self.num_tasks, self.width = num_tasks, width

    @abstractmethod
    def shared_stage(self, batch: Batch) -> SharedOutputs:
        """What the tasks compute together."""

    @abstractmethod
    def own_stage(self, common: Sequence[Tensor], by_task: Sequence[Tensor]) -> Tensor:
        """Representations [K, B, H], from what is by task and common tensors with a task axis before the others."""

    @abstractmethod
    def last_shared_layer(self) -> tuple[nn.Parameter, ...]:
        """The parameters of the last layer of the shared stage; none if nothing is shared."""

    @abstractmethod
    def own_parameters(self) -> tuple[nn.Parameter, ...]:
        """The parameters of the own stage; their first axis is the task's. All of them if nothing is shared."""

    def add_penalty_gradient(self) -> None:
        """Add to the parameters' `.grad` the gradient of a penalty on them; most ways of sharing have none."""

    @final
    def for_each_task(self, common: Sequence[Tensor]) -> list[Tensor]:
        """Common tensors with a task axis before the others; nothing is copied."""
        return [tensor.expand(self.num_tasks, *tensor.shape) for tensor in common]

    @final
    def represent(self, batch: Batch) -> Tensor:
        """Both stages: [B, H] where every head reads the same, [K, B, H] otherwise."""
        shared = self.shared_stage(batch)
        if not self.has_own_stage:
            return shared.common[0]
        return self.own_stage(self.for_each_task(shared.common), shared.by_task)

    @final
    def shared_parameters(self) -> tuple[nn.Parameter, ...]:
        """The parameters of the shared stage."""
        own = {id(parameter) for parameter in self.own_parameters()}
        return tuple(parameter for parameter in self.parameters() if id(parameter) not in own)
