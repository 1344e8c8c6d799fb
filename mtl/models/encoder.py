"""From a batch to one vector per row: what the parts of all kinds of features give, side by side."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from mtl.features.feature import EncoderPart, PartShape
from mtl.models.batch import Batch


class Encoder(nn.Module):
    """A part for each kind of feature, side by side in the order that is given."""

    def __init__(self, shapes: Mapping[str, PartShape]) -> None:
        super().__init__()
        parts = {kind: shape.build() for kind, shape in shapes.items()}
        self.parts = nn.ModuleDict(parts)
        self.widths = [part.width for part in parts.values()]
        self.width = sum(self.widths)

    def forward(self, batch: Batch) -> Tensor:
        """Encode a batch, [B, width]."""
        encoded = [part(batch.arrays[kind]) for kind, part in self.parts.items()]
        return torch.cat(encoded, dim=1) if len(encoded) > 1 else encoded[0]

    def gradients(self, batch: Batch, encoded: Tensor, towards: Tensor) -> Iterator[Tensor]:
        """K gradients with respect to each parameter, [K, …], from those with respect to `encoded`, [K, B, width].

        Of tables, the rows that the batch does not read are left out: they are most of them, and their gradients are 0.
        """
        with torch.enable_grad():  # a part may differentiate what it gave
            given = encoded.split(self.widths, 1)
        blocks = zip(self.parts.items(), given, towards.split(self.widths, 2), strict=True)
        for (kind, part), ours, towards_ours in blocks:
            assert isinstance(part, EncoderPart)
            yield from part.gradients(batch.arrays[kind], ours, towards_ours)
