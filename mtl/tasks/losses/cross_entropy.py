"""Cross-entropy over classes."""

from typing import ClassVar, final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from typing_extensions import override

from mtl.extensions import LOSSES
from mtl.tasks.loss import Loss, LossAndSlope, Share


@LOSSES.register
@final
class CrossEntropy(Loss):
    """Cross-entropy of the probabilities of a task's classes; the outputs are their logits."""

    kinds: ClassVar[tuple[str, ...]] = ("multiclass",)

    @override
    def value_and_slope(self, outputs: Tensor, targets: Tensor, share: Share) -> LossAndSlope:
        logarithms, position = functional.log_softmax(outputs, dim=1), targets.long()
        loss = -(logarithms.gather(1, position) * share).sum(dim=0)
        minus_one = torch.full_like(targets, -1.0)
        return loss, logarithms.exp().scatter_add_(1, position, minus_one).mul_(share)

    @override
    def prior_loss(self, targets: NDArray[np.float64]) -> float:
        """The entropy, in nats, of the class frequencies, which are the best constant prediction."""
        _, counts = np.unique(targets, return_counts=True)
        share = counts / counts.sum()
        return float(-(share * np.log(share)).sum())
