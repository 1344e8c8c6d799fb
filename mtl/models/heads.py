"""One linear head per task, all of them in one matrix, and heads that read the predictions of lower-level tasks.

Each member has a matrix of its own; B is then the M × B rows of all members (mtl/models/members.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from math import sqrt
from typing import NamedTuple

import torch
from torch import Tensor, nn

from mtl.models.members import all_rows, by_member
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

    While a run with balanced tasks is trained, a constant that nothing decays is added to the biases
    (mtl/tasks/balance.py); afterwards it is part of them.

    The gradients are written out instead of recorded: for linear heads they are a few matrix products.

    Attributes:
        composed: positions of the heads that read others, each behind those.
    """

    owners: Tensor
    shift: Tensor | None

    def __init__(self, width: int, heads: Sequence[HeadShape], members: int = 1) -> None:
        """`width`: H, of the representation; `members`: M."""
        super().__init__()
        self.shapes, self.members = tuple(heads), members
        ends = list(accumulate(head.width for head in heads))
        self.blocks = tuple(slice(end - head.width, end) for end, head in zip(ends, heads, strict=True))
        owners = torch.tensor([k for k, head in enumerate(heads) for _ in range(head.width)])
        self.register_buffer("owners", owners, persistent=False)
        self.register_buffer("shift", None, persistent=False)
        self.one_column_each = all(head.width == 1 for head in heads)
        of_each = (members,) if members > 1 else ()
        self.weight = _drawn((*of_each, ends[-1], width), width)
        self.bias = _drawn((*of_each, ends[-1]), width)
        self.composed = [k for k in _parts_first(heads) if heads[k].reads]
        inputs = {k: sum(heads[part].width for part in heads[k].reads) for k in self.composed}
        self.readings = nn.ParameterDict({str(k): _drawn((heads[k].width, n), n) for k, n in sorted(inputs.items())})

    def forward(self, representation: Tensor) -> HeadOutputs:
        """Answers from one representation of all tasks, [B, H], or from one for each of them, [K, B, H]."""
        read = by_member(representation, self.members)
        bias = self.bias if self.shift is None else self.bias + self.shift
        if representation.dim() == 2:
            # With few columns, the product is faster the other way round.
            outputs = (torch.matmul(self.weight, read.mT) + bias.unsqueeze(-1)).mT
        else:
            parts = [z @ self._of(block).mT for z, block in zip(read, self.blocks, strict=True)]
            outputs = torch.cat(parts, dim=-1) + bias.unsqueeze(-2)
        outputs = all_rows(outputs, self.members)
        return self._compose(outputs) if self.composed else HeadOutputs(outputs, {})

    def shift_by(self, constant: Tensor | None) -> None:
        """Add a constant [C] to the outputs, the same for all members; None changes nothing."""
        self.shift = None if constant is None else constant.to(self.bias)

    @torch.no_grad()
    def fold_shift(self) -> None:
        """Make the constant part of the biases: what is answered stays as it is, to the bit."""
        if self.shift is not None:
            self.bias.add_(self.shift)
            self.shift = None

    def split(self, outputs: Tensor) -> list[Tensor]:
        """Each task's columns."""
        return [outputs[:, block] for block in self.blocks]

    def columns(self, per_task: Tensor) -> Tensor:
        """Values per task [K] as values per column [C]."""
        return per_task if self.one_column_each else per_task[self.owners]

    def slopes_of_representation(self, slopes: Tensor) -> Tensor:
        """Each task's gradient with respect to the representation that it reads, [K, B, H], from slopes [B, C]."""
        if self.one_column_each and self.members == 1:
            return slopes.T.unsqueeze(2) * self.weight.unsqueeze(1)
        given = by_member(slopes, self.members)
        return torch.stack([all_rows(given[..., block] @ self._of(block), self.members) for block in self.blocks])

    def slopes_of_common(self, slopes: Tensor) -> Tensor:
        """The gradient of all tasks together with respect to a representation that all read, [B, H]."""
        return all_rows(by_member(slopes, self.members) @ self.weight, self.members)

    def gramian_of_common(self, slopes: Tensor) -> Tensor:
        """The Gramian [K, K] of the tasks' gradients with respect to a representation that all read, float64.

        ⟨DᵢWᵢ, DⱼWⱼ⟩ = Σ (DᵢᵀDⱼ) ∘ (WᵢWⱼᵀ): no gradient of B × H numbers is ever formed.
        """
        wide, weight = by_member(slopes.double(), self.members), self.weight.double()
        by_column = (wide.mT @ wide) * (weight @ weight.mT)
        if self.members > 1:
            by_column = by_column.sum(dim=0)
        if not self.one_column_each:
            by_column = torch.stack([by_column[block].sum(dim=0) for block in self.blocks])
            by_column = torch.stack([by_column[:, block].sum(dim=1) for block in self.blocks], dim=1)
        return by_column

    def fill_gradients(self, representation: Tensor, slopes: Tensor, read: Mapping[int, Tensor]) -> None:
        """Set the heads' `.grad` from slopes [B, C] and what the heads read."""
        given, rows = by_member(slopes, self.members), by_member(representation, self.members)
        if representation.dim() == 2:
            self.weight.grad = given.mT @ rows
        else:
            pairs = zip(rows, self.blocks, strict=True)
            self.weight.grad = torch.cat([given[..., block].mT @ z for z, block in pairs], dim=-2)
        self.bias.grad = given.sum(dim=-2)
        for k, predictions in read.items():
            self.readings[str(k)].grad = slopes[:, self.blocks[k]].T @ predictions

    def _of(self, block: slice) -> Tensor:
        """A task's rows of the matrix, or of each member's."""
        return self.weight[..., block, :]

    def _compose(self, outputs: Tensor) -> HeadOutputs:
        parts, read = self.split(outputs), {}
        for k in self.composed:
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
