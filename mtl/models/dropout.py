"""Dropout (Srivastava et al. 2014, JMLR) from random bytes.

PyTorch draws a number of its own for every element on the CPU, which for a small network with members takes a third of
a training step. Here eight elements share a draw of 64 bits, so that a share is one of 256: 0.1 is 26/256.
"""

import torch
from torch import Tensor
from torch.nn import functional

STEPS = 256


def dropped_share(share: float) -> float:
    """The share of elements that are really set to 0, on the CPU."""
    return round(share * STEPS) / STEPS


def dropout(values: Tensor, share: float, training: bool) -> Tensor:
    """`values` with a random share of them 0 and the others scaled up to the same mean; as given in evaluation."""
    if not training or share == 0.0:
        return values
    share = dropped_share(share)
    if values.device.type != "cpu" or share == 1.0:
        return functional.dropout(values, share)
    kept = _random_bytes(values) >= share * STEPS
    return values * kept.to(values.dtype).mul_(1.0 / (1.0 - share))


def _random_bytes(like: Tensor) -> Tensor:
    """A uniform byte for each element."""
    drawn = torch.empty((like.numel() + 7) // 8, dtype=torch.int64).random_(-(2**63), None)
    return drawn.view(torch.uint8)[: like.numel()].view(like.shape)
