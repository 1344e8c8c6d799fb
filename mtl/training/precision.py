"""Where a run computes, and in which floating-point numbers."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor

from mtl.errors import UserError
from mtl.spec.training_section import Device


@dataclass(frozen=True)
class Precision:
    """A device, and whether forward passes run in bfloat16 where that is safe (autocast).

    Losses, slopes, heads, the Gramian and the parameters are float32 or float64 either way.
    """

    device: torch.device
    mixed: bool

    def forward(self) -> AbstractContextManager[object]:
        """The context of a forward pass."""
        return torch.autocast(self.device.type, dtype=torch.bfloat16) if self.mixed else nullcontext()

    @property
    def forked(self) -> list[int]:
        """The GPUs whose random generator a run must give back as it was."""
        return [torch.cuda.current_device()] if self.device.type == "cuda" else []

    def random_states(self) -> list[Tensor]:
        """The states of the random generators that a run draws from."""
        return [torch.get_rng_state(), *(torch.cuda.get_rng_state(gpu) for gpu in self.forked)]

    def set_random_states(self, states: list[Tensor]) -> None:
        """Go on from earlier states; they are of the same kind of device."""
        torch.set_rng_state(states[0].cpu())
        for gpu, state in zip(self.forked, states[1:], strict=True):
            torch.cuda.set_rng_state(state.cpu(), gpu)


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
