"""The update of the parameters."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn


class AdamW:
    """AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101), bit for bit `torch.optim.AdamW(…, fused=True)`.

    The kernel is PyTorch's, called without what its optimisers do around it at every step (hooks, profiling, groups of
    parameters by device and type): for a small network that takes several times as long as the kernel.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], learning_rate: float, weight_decay: float) -> None:
        """A parameter shrinks by the share `learning_rate` × `weight_decay` at each step."""
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self._moments = [_Moments.of(parameter) for parameter in parameters]

    @torch.no_grad()
    def step(self) -> None:
        """Follow the parameters' `.grad`, and drop it. A parameter without one stays as it is."""
        moved = [moments for moments in self._moments if moments.parameter.grad is not None]
        if not moved:
            return
        parameters: list[Tensor] = [moments.parameter for moments in moved]
        steps = [moments.steps for moments in moved]
        torch._foreach_add_(steps, 1.0)
        torch._fused_adamw_(
            parameters,
            [parameter.grad for parameter in parameters if parameter.grad is not None],
            [moments.mean for moments in moved],
            [moments.square for moments in moved],
            [],
            steps,
            lr=self.learning_rate,
            beta1=0.9,
            beta2=0.999,
            weight_decay=self.weight_decay,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )
        for parameter in parameters:
            parameter.grad = None

    def state(self) -> list[list[Tensor]]:
        """What it remembers of each parameter."""
        return [[moments.mean, moments.square, moments.steps] for moments in self._moments]

    def restore(self, state: list[list[Tensor]]) -> None:
        """Go on from an earlier state."""
        for moments, saved in zip(self.state(), state, strict=True):
            for tensor, value in zip(moments, saved, strict=True):
                tensor.copy_(value)


@dataclass(frozen=True)
class _Moments:
    """Decaying means of a parameter's gradient and of its square, and the number of steps."""

    parameter: nn.Parameter
    mean: Tensor
    square: Tensor
    steps: Tensor

    @classmethod
    def of(cls, parameter: nn.Parameter) -> "_Moments":
        steps = torch.zeros((), device=parameter.device)
        return cls(parameter, torch.zeros_like(parameter), torch.zeros_like(parameter), steps)
