"""From a batch to one vector per row: numeric values, embedded categories, an encoded text."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from mtl.data.tokens import PADDING
from mtl.models.batch import Batch
from mtl.models.shape import NetworkShape
from mtl.models.tables import gradients_of_rows
from mtl.models.text import EMBEDDING_SCALE, LastState, text_part


class Encoder(nn.Module):
    """Numeric values, embedded categories and the encoded text, side by side."""

    offsets: Tensor

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        self.categories = _category_table(shape) if shape.cardinalities else None
        self.register_buffer("offsets", torch.tensor([0, *shape.cardinalities[:-1]]).cumsum(0), persistent=False)
        self.text = text_part(shape) if shape.vocabulary_size else None
        self.widths = (
            shape.numeric_width,
            len(shape.cardinalities) * shape.category_width,
            shape.text_width if shape.vocabulary_size else 0,
        )
        self.width = sum(self.widths)

    def forward(self, batch: Batch) -> Tensor:
        """Encode a batch, [B, width]."""
        parts = [batch.numeric]
        if self.categories is not None:
            parts.append(self.categories(batch.codes + self.offsets).flatten(1))
        if self.text is not None:
            parts.append(self.text(batch.tokens))
        return torch.cat(parts, dim=1) if len(parts) > 1 else parts[0]

    def gradients(self, batch: Batch, encoded: Tensor, towards: Tensor) -> Iterator[Tensor]:
        """K gradients with respect to each parameter, [K, …], from those with respect to `encoded`, [K, B, width].

        Of the tables of categories and of a pooled text, the rows that the batch does not read are left out: they are
        most of them, and their gradients are 0.
        """
        _, of_categories, of_text = towards.float().transpose(0, 1).split(self.widths, dim=2)
        if self.categories is not None:
            yield self._of_categories(batch.codes, of_categories)
        if isinstance(self.text, nn.EmbeddingBag):
            yield _of_mean(batch.tokens, of_text)
        elif isinstance(self.text, LastState):
            parameters = tuple(self.text.parameters())
            each = [torch.autograd.grad(encoded, parameters, part, retain_graph=True) for part in towards]
            yield from (torch.stack(parts) for parts in zip(*each, strict=True))

    def _of_categories(self, codes: Tensor, towards: Tensor) -> Tensor:
        num_rows, num_columns = codes.shape
        by_code = towards.unflatten(2, (num_columns, -1)).transpose(1, 2).flatten(0, 1)
        readings = torch.arange(num_rows * num_columns, device=codes.device)
        return gradients_of_rows((codes + self.offsets).flatten(), readings, by_code).transpose(0, 1)


def _of_mean(tokens: Tensor, towards: Tensor) -> Tensor:
    """Every token of a text has an equal share of what arrives at the mean."""
    real = tokens != PADDING
    texts, positions = real.nonzero(as_tuple=True)
    lengths = real.sum(dim=1).clamp(min=1)
    return gradients_of_rows(tokens[texts, positions], texts, towards / lengths.view(-1, 1, 1)).transpose(0, 1)


def _category_table(shape: NetworkShape) -> nn.Embedding:
    table = nn.Embedding(sum(shape.cardinalities), shape.category_width)
    nn.init.normal_(table.weight, std=EMBEDDING_SCALE)
    return table
