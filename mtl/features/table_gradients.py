"""Gradients of embedding tables, of several losses at once, and for no more rows than a batch reads."""

import torch
from torch import Tensor
from torch.nn import functional


def gradients_of_rows(rows: Tensor, sources: Tensor, towards: Tensor) -> Tensor:
    """The gradients [n, …] with respect to the n rows of a table that were read, in the order of the table.

    Args:
        rows: which row each reading looked up, int64 [N].
        sources: where along the first axis of `towards` its gradient stands, int64 [N].
        towards: gradients [M, …].

    The sum over a row's readings is itself the sum of a bag: PyTorch's fused kernel is several times as fast here as
    index_add, and no [N, …] gradients are formed.
    """
    in_order, order = rows.sort(stable=True)
    _, counts = torch.unique_consecutive(in_order, return_counts=True)
    starts = counts.cumsum(0) - counts
    summed: Tensor = functional.embedding_bag(sources[order], towards.flatten(1), starts, mode="sum")
    return summed.view(-1, *towards.shape[1:])
