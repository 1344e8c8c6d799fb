"""Huber's loss."""

from typing import ClassVar, final

from torch import Tensor
from typing_extensions import override

from mtl.extensions import LOSSES
from mtl.tasks.loss import ElementwiseLoss, LossAndSlope, Share


@LOSSES.register
@final
class Huber(ElementwiseLoss):
    """Half the squared error within one standard deviation, linear beyond: outliers pull less.

    P. J. Huber (1964), Robust Estimation of a Location Parameter, with δ = 1 in units of the labels' scale.
    """

    kinds: ClassVar[tuple[str, ...]] = ("regression",)

    @override
    def value_and_slope(self, outputs: Tensor, targets: Tensor, share: Share) -> LossAndSlope:
        error = outputs - targets
        clamped = error.clamp(-1.0, 1.0)
        slope = clamped * share
        return (slope * (error - clamped / 2)).sum(dim=0), slope
