"""From a batch to one vector per row: numeric values, embedded categories, an encoded text."""

import torch
from torch import Tensor, nn

from mtl.models.batch import Batch
from mtl.models.shape import NetworkShape
from mtl.models.text import EMBEDDING_SCALE, text_part


class Encoder(nn.Module):
    """Numeric values, embedded categories and the encoded text, side by side."""

    offsets: Tensor

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.categories = _category_table(shape) if shape.cardinalities else None
        self.register_buffer("offsets", torch.tensor([0, *shape.cardinalities[:-1]]).cumsum(0), persistent=False)
        self.text = text_part(shape) if shape.vocabulary_size else None
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
