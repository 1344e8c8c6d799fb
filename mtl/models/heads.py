"""One linear head per task, all of them in one matrix, and heads that read the predictions of lower-level tasks."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from math import sqrt
from typing import NamedTuple

import torch
from torch import Tensor, nn

from mtl.models.shape import HeadShape
from mtl.tasks.kind import kind_named


class HeadOutputs(NamedTuple):
    """Outputs of all heads [B, C], and for each composed head by position the predictions [B, P] that it read."""

    outputs: Tensor
    read: dict[int, Tensor]


class Heads(nn.Module):
    """Linear heads side by side: outputs [B, C], C the sum of the tasks' widths.

    A task that is composed of others reads their predictions beside its representation: yⱼ = Wⱼzⱼ + Vⱼpⱼ + bⱼ with pⱼ
    the parts' probabilities, or standardised values for regression. No gradient flows back through pⱼ: each head
    follows the loss of its own task alone, and what is shared learns of the whole through Wⱼ.

    The gradients are written out instead of recorded: for linear heads they are a few matrix products.
    """

    owners: Tensor

    def __init__(self, width: int, heads: Sequence[HeadShape]) -> None:
        """`width`: H, of the representation."""
        super().__init__()
        self.shapes = tuple(heads)
        ends = list(accumulate(head.width for head in heads))
        self.blocks = tuple(slice(end - head.width, end) for end, head in zip(ends, heads, strict=True))
        owners = torch.tensor([k for k, head in enumerate(heads) for _ in range(head.width)])
        self.register_buffer("owners", owners, persistent=False)
        self.one_column_each = all(head.width == 1 for head in heads)
        self.weight = _drawn((ends[-1], width), width)
        self.bias = _drawn((ends[-1],), width)
        self._composed = [k for k in _parts_first(heads) if heads[k].reads]
        inputs = {k: sum(heads[part].width for part in heads[k].reads) for k in self._composed}
        self.readings = nn.ParameterDict({str(k): _drawn((heads[k].width, n), n) for k, n in sorted(inputs.items())})

    def forward(self, representation: Tensor) -> HeadOutputs:
        """Answers from one representation of all tasks, [B, H], or from one for each of them, [K, B, H]."""
        if representation.dim() == 2:
            # With few columns, the product is faster the other way round.
            outputs = torch.addmm(self.bias.unsqueeze(1), self.weight, representation.T).T
        else:
            parts = [z @ self.weight[block].T for z, block in zip(representation, self.blocks, strict=True)]
            outputs = torch.cat(parts, dim=1) + self.bias
        return self._compose(outputs) if self._composed else HeadOutputs(outputs, {})

    def split(self, outputs: Tensor) -> list[Tensor]:
        """Each task's columns."""
        return [outputs[:, block] for block in self.blocks]

    def columns(self, per_task: Tensor) -> Tensor:
        """Values per task [K] as values per column [C]."""
        return per_task if self.one_column_each else per_task[self.owners]

    def slopes_of_representation(self, slopes: Tensor) -> Tensor:
        """Each task's gradient with respect to the representation that it reads, [K, B, H], from slopes [B, C]."""
        if self.one_column_each:
            return slopes.T.unsqueeze(2) * self.weight.unsqueeze(1)
        return torch.stack([slopes[:, block] @ self.weight[block] for block in self.blocks])

    def fill_gradients(self, representation: Tensor, slopes: Tensor, read: Mapping[int, Tensor]) -> None:
        """Set the heads' `.grad` from slopes [B, C] and what the heads read."""
        if representation.dim() == 2:
            self.weight.grad = slopes.T @ representation
        else:
            pairs = zip(representation, self.blocks, strict=True)
            self.weight.grad = torch.cat([slopes[:, block].T @ z for z, block in pairs])
        self.bias.grad = slopes.sum(dim=0)
        for k, predictions in read.items():
            self.readings[str(k)].grad = slopes[:, self.blocks[k]].T @ predictions

    def _compose(self, outputs: Tensor) -> HeadOutputs:
        parts, read = self.split(outputs), {}
        for k in self._composed:
            below = [kind_named(self.shapes[part].kind).link(parts[part].detach()) for part in self.shapes[k].reads]
            read[k] = torch.cat(below, dim=1)
            parts[k] = parts[k] + read[k] @ self.readings[str(k)].T
        return HeadOutputs(torch.cat(parts, dim=1), read)


def _drawn(shape: tuple[int, ...], inputs: int) -> nn.Parameter:
    """As PyTorch draws the weight and the bias of a linear layer with so many inputs."""
    return nn.Parameter(torch.empty(shape).uniform_(-1 / sqrt(inputs), 1 / sqrt(inputs)))


def _parts_first(heads: Sequence[HeadShape]) -> Iterator[int]:
    """Positions of the heads, each after its parts; the parts of a task form a tree."""
    done: set[int] = set()

    def visit(k: int) -> Iterator[int]:
        if k not in done:
            done.add(k)
            for part in heads[k].reads:
                yield from visit(part)
            yield k

    for k in range(len(heads)):
        yield from visit(k)
