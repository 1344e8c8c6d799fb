"""Where a run computes, and in which floating-point numbers."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal

import torch

from mtl.errors import UserError

Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True)
class Precision:
    """A device, and whether forward passes run in bfloat16 where that is safe (autocast).

    Losses, slopes, heads, the Gramian and the parameters are float32 or float64 either way.
    """

    device: torch.device
    mixed: bool

    def forward(self) -> AbstractContextManager[object]:
        """The context of a forward pass."""
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=self.mixed)


EXACT = Precision(torch.device("cpu"), mixed=False)
"""float32 on the CPU."""


def precision_of(device: Device) -> Precision:
    """Where to compute. `auto` is the GPU where there is one.

    Raises:
        UserError: `cuda`, and there is no GPU that PyTorch can use.
    """
    if device == "cpu" or (device == "auto" and not torch.cuda.is_available()):
        return EXACT
    if not torch.cuda.is_available():
        raise UserError("training.device: expected a GPU that PyTorch can use, found none; say auto or cpu")
    return Precision(torch.device("cuda"), torch.cuda.is_bf16_supported())
