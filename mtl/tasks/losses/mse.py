"""Squared error."""

from typing import ClassVar, final

from torch import Tensor
from typing_extensions import override

from mtl.extensions import LOSSES
from mtl.tasks.loss import ElementwiseLoss, LossAndSlope, Share


@LOSSES.register
@final
class SquaredError(ElementwiseLoss):
    """Squared error of the standardised value."""

    kinds: ClassVar[tuple[str, ...]] = ("regression",)

    @override
    def value_and_slope(self, outputs: Tensor, targets: Tensor, share: Share) -> LossAndSlope:
        error = outputs - targets
        shared = error * share
        return (error * shared).sum(dim=0), shared.mul_(2.0)
