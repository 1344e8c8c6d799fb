"""From a batch to one vector per row: what the parts of all kinds of features give, side by side."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from mtl.features.feature import PartShape
from mtl.models.batch import Batch


class Encoder(nn.Module):
    """A part for each kind of feature, side by side in the order that is given."""

    def __init__(self, shapes: Mapping[str, PartShape]) -> None:
        super().__init__()
        parts = {kind: shape.build() for kind, shape in shapes.items()}
        self.parts = nn.ModuleDict(parts)
        self.widths = [part.width for part in parts.values()]
        self.width = sum(self.widths)
        # A module's own iterators take microseconds, and a small step takes a few hundred.
        self._in_order = tuple(parts.items())
        self._learns = any(True for _ in self.parameters())

    def forward(self, batch: Batch) -> Tensor:
        """Encode a batch, [B, width]."""
        encoded: list[Tensor] = [part(batch.arrays[kind]) for kind, part in self._in_order]
        return torch.cat(encoded, dim=1) if len(encoded) > 1 else encoded[0]

    def gradients(self, batch: Batch, encoded: Tensor, towards: Tensor) -> Iterator[Tensor]:
        """K gradients with respect to each parameter, [K, …], from those with respect to `encoded`, [K, B, width].

        Of tables, the rows that the batch does not read are left out: they are most of them, and their gradients are 0.
        """
        if not self._learns:
            return
        with torch.enable_grad():  # a part may differentiate what it gave
            given = encoded.split(self.widths, 1)
        for (kind, part), ours, theirs in zip(self._in_order, given, towards.split(self.widths, 2), strict=True):
            yield from part.gradients(batch.arrays[kind], ours, theirs)
