"""The contract of a loss: its value with its slope in closed form, and how low a constant prediction brings it.

A loss is known by the name of its file in `mtl/tasks/losses`.
"""

from abc import ABC, abstractmethod
from typing import ClassVar, TypeAlias, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from typing_extensions import override

from mtl.extensions import LOSSES
from mtl.tasks.lowest_point import lowest_point

LossAndSlope: TypeAlias = tuple[Tensor, Tensor]
Share: TypeAlias = Tensor | float
"""What each row counts for in the mean of its task: [B, K], 0 where it has no label, or one number for all rows."""


class Loss(ABC):
    """What training minimises. Natural logarithms; regression targets are standardised.

    Attributes:
        kinds: the kinds of task that it is for.
    """

    kinds: ClassVar[tuple[str, ...]]

    @abstractmethod
    def value_and_slope(self, outputs: Tensor, targets: Tensor, share: Share) -> LossAndSlope:
        """Losses [K], sums over the rows' shares, and their derivative by each task's own outputs, [B, C].

        Args:
            outputs: the heads' outputs before the link, [B, C].
            targets: [B, K]; any finite number where a row's share is 0, but a class index where classes are.
            share: what each row counts for.
        """

    @abstractmethod
    def prior_loss(self, targets: NDArray[np.float64]) -> float:
        """The mean loss over targets [n] of the constant outputs that make it least."""


class ElementwiseLoss(Loss):
    """A loss of one output and one target; those of neighbouring tasks are computed as one matrix, C = K."""

    @final
    @override
    def prior_loss(self, targets: NDArray[np.float64]) -> float:
        """Found from the slope, so that no loss has to say what its best constant is."""
        values, counts = np.unique(targets, return_counts=True)
        target, share = (torch.from_numpy(each).unsqueeze(1) for each in (values, counts / len(targets)))

        def at(constant: float) -> LossAndSlope:
            return self.value_and_slope(torch.full_like(target, constant), target, share)

        return float(at(lowest_point(lambda constant: float(at(constant)[1].sum())))[0])


def loss_named(name: str) -> Loss:
    """The loss of a name in the catalog.

    Raises:
        SpecError: there is none.
    """
    return LOSSES.get(name)()
