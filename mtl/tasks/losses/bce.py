"""Binary cross-entropy."""

from typing import ClassVar, final

import torch
from torch import Tensor
from torch.nn import functional
from typing_extensions import override

from mtl.extensions import LOSSES
from mtl.tasks.loss import ElementwiseLoss, LossAndSlope, Share


@LOSSES.register
@final
class BinaryCrossEntropy(ElementwiseLoss):
    """Cross-entropy of the probability of 1; the output is its logit."""

    kinds: ClassVar[tuple[str, ...]] = ("binary",)

    @override
    def value_and_slope(self, outputs: Tensor, targets: Tensor, share: Share) -> LossAndSlope:
        # log(1 + exp(±x)): the sum log(1 + exp(x)) − xy is rounded to 0 where the network is right and sure.
        loss = functional.softplus(torch.addcmul(outputs, outputs, targets, value=-2.0))
        return (loss * share).sum(dim=0), (torch.sigmoid(outputs) - targets) * share
