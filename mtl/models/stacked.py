"""Several trunks of the same widths side by side, computed as one."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

import torch
from torch import Tensor, nn

from mtl.models.dropout import dropout


class StackedLinear(nn.Module):
    """N linear layers of the same widths: [N, …, before] or, where all read the same, [B, before] → [N, …, after]."""

    def __init__(self, copies: int, before: int, after: int) -> None:
        super().__init__()
        bound = 1 / sqrt(before)  # as nn.Linear draws
        self.weight = nn.Parameter(torch.empty(copies, after, before).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(copies, 1, after).uniform_(-bound, bound))

    def forward(self, inputs: Tensor) -> Tensor:
        """Inputs [N, B, before] or [B, before] to [N, B, after]."""
        read = inputs if inputs.dim() == 3 else inputs.expand(len(self.weight), *inputs.shape)
        return torch.baddbmm(self.bias, read, self.weight.transpose(1, 2))


class StackedTrunks(nn.Module):
    """N trunks of linear layers, each with ReLU and dropout."""

    def __init__(self, copies: int, widths: Sequence[int], dropout: float) -> None:
        """`widths`: of the inputs, then of each hidden layer."""
        super().__init__()
        self.layers = nn.ModuleList(StackedLinear(copies, before, after) for before, after in pairwise(widths))
        self.dropout = dropout

    def forward(self, inputs: Tensor) -> Tensor:
        """[B, F] or [N, B, F] to [N, B, H]."""
        for layer in self.layers:
            inputs = dropout(torch.relu(layer(inputs)), self.dropout, self.training)
        return inputs
