"""Members: weight-sharing copies of a network, whose answers are averaged (TabM, Gorishniy et al. 2025, ICLR).

All members share the encoder and the body, whatever the way of sharing. They differ by a vector each, which multiplies
the encoded features, and by heads of their own: the paper's TabM-mini, arXiv 2410.24210, section 3.3, with the signs
of its TabM. A batch of B rows becomes M × B rows, member by member, so that nothing between the encoder and the heads
knows of members. The loss is the mean of the members' losses; the prediction is the mean of their predictions.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Encoded:
    """A batch, encoded.

    Attributes:
        features: [B, F], the same for all members.
        read: [M × B, F], what the members read; `features` itself where there is one.
    """

    features: Tensor
    read: Tensor


def drawn_factors(members: int, width: int) -> Tensor:
    """A vector of signs for each member, [M, F]: each sees the features from another side, and in the same scale."""
    return torch.randint(0, 2, (members, width)) * 2.0 - 1.0


def by_member(rows: Tensor, members: int) -> Tensor:
    """[…, M × B, n] as […, M, B, n]; as it is where there is one member. Nothing is copied."""
    return rows if members == 1 else rows.unflatten(-2, (members, -1))


def all_rows(of_members: Tensor, members: int) -> Tensor:
    """The inverse of `by_member`."""
    return of_members if members == 1 else of_members.flatten(-3, -2)


def for_each_member(of_rows: Tensor, members: int) -> Tensor:
    """[B, n], which is the same for all members, as [M × B, n]."""
    return of_rows if members == 1 else of_rows.repeat(members, 1)
