"""Linear layers, each with ReLU and dropout after it, and the way back through them written out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from mtl.models.dropout import dropout, dropped_share


@dataclass(frozen=True)
class Arrival:
    """Gradients that arrive at a layer: one, or any number of them side by side on the axes before the last two.

    Attributes:
        towards: with respect to the layer's outputs, before ReLU and dropout, […, B, after].
        read: the layer's inputs, [B, before].
    """

    layer: nn.Linear
    towards: Tensor
    read: Tensor

    def weight(self) -> Tensor:
        """With respect to the layer's weight, float32 […, after, before]."""
        return (self.towards.mT @ self.read.to(self.towards.dtype)).float()

    def bias(self) -> Tensor:
        """With respect to the layer's bias, float32 […, after]."""
        return self.towards.sum(dim=-2, dtype=torch.float32)

    def inputs(self) -> Tensor:
        """With respect to the layer's inputs, […, B, before]."""
        return self.towards @ self.layer.weight.to(self.towards.dtype)


class Trunk(nn.Module):
    """[B, F] to [B, H]. For so plain a stack, recording a graph costs a good part of what the products cost."""

    def __init__(self, widths: Sequence[int], dropout: float) -> None:
        """`widths`: of the inputs, then of each hidden layer."""
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(before, after) for before, after in pairwise(widths))
        self.dropout = dropout

    def forward(self, inputs: Tensor) -> Tensor:
        """What the last layer gives."""
        return self.activations(inputs)[-1]

    def activations(self, inputs: Tensor) -> list[Tensor]:
        """The inputs, and then what each layer gives."""
        passed = [inputs]
        for layer in self.layers:
            active = torch.relu_(layer(passed[-1]))
            passed.append(dropout(active, self.dropout, self.training) if self.dropout else active)
        return passed

    def back(self, towards: Tensor, activations: Sequence[Tensor]) -> Iterator[Arrival]:
        """From the last layer to the first: what arrives there of gradients with respect to the outputs […, B, H].

        Each layer is computed when it is asked for. `activations` are those of the forward pass: where they are not 0,
        they are positive, and ReLU and dropout let through. (Their signs, because a product with a mask of booleans is
        several times as slow.) `towards` is overwritten: of matrices this large, a new one costs as much as its values.
        """
        kept = 1.0 - dropped_share(self.dropout) if self.training else 1.0
        for layer, read, given in zip(self._upside_down, activations[-2::-1], activations[:0:-1], strict=True):
            through = towards.mul_(given.sign())
            arrival = Arrival(layer, through if kept == 1.0 else through.div_(kept), read)
            yield arrival
            if read is not activations[0]:
                towards = arrival.inputs()

    @property
    def _upside_down(self) -> list[nn.Linear]:
        return [layer for layer in reversed(self.layers) if isinstance(layer, nn.Linear)]
