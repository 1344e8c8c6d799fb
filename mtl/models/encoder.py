"""From a batch to one vector per row: numeric values, embedded categories, a pooled text."""

import torch
from torch import Tensor, nn

from mtl.data.tokens import PADDING
from mtl.models.batch import Batch
from mtl.models.shape import NetworkShape

EMBEDDING_SCALE = 0.03
"""Standard deviation of initial embeddings. PyTorch's own, 1, drowns what a rare word or category learns in noise: on
the validation side of each example, single-task and multi-task models alike are better with this one."""


class Encoder(nn.Module):
    """Numeric values, embedded categories and the mean of the token embeddings, side by side."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.categories = _category_table(shape) if shape.cardinalities else None
        self.offsets = torch.tensor([0, *shape.cardinalities[:-1]]).cumsum(0)
        self.text = _mean_pooling(shape) if shape.vocabulary_size else None
        self.width = (
            shape.numeric_width
            + len(shape.cardinalities) * shape.category_width
            + (shape.text_width if shape.vocabulary_size else 0)
        )

    def forward(self, batch: Batch) -> Tensor:
        """Encode a batch, [B, width]."""
        parts = [batch.numeric]
        if self.categories is not None:
            parts.append(self.categories(batch.codes + self.offsets).flatten(1))
        if self.text is not None:
            parts.append(self.text(batch.tokens))
        return torch.cat(parts, dim=1) if len(parts) > 1 else parts[0]


def _category_table(shape: NetworkShape) -> nn.Embedding:
    table = nn.Embedding(sum(shape.cardinalities), shape.category_width)
    nn.init.normal_(table.weight, std=EMBEDDING_SCALE)
    return table


def _mean_pooling(shape: NetworkShape) -> nn.EmbeddingBag:
    table = nn.EmbeddingBag(shape.vocabulary_size, shape.text_width, mode="mean", padding_idx=PADDING)
    nn.init.normal_(table.weight, std=EMBEDDING_SCALE)
    return table
