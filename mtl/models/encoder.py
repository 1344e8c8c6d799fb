"""From a batch to one vector per row and member: what the parts of all kinds of features give, side by side."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from mtl.features.feature import PartShape
from mtl.models.batch import Batch
from mtl.models.members import Encoded, by_member, drawn_factors


class Encoder(nn.Module):
    """A part for each kind of feature, side by side in the order that is given; a factor of it for each member."""

    def __init__(self, shapes: Mapping[str, PartShape], members: int = 1) -> None:
        super().__init__()
        parts = {kind: shape.build() for kind, shape in shapes.items()}
        self.parts = nn.ModuleDict(parts)
        self.widths = [part.width for part in parts.values()]
        self.width, self.members = sum(self.widths), members
        self.factors = nn.Parameter(drawn_factors(members, self.width)) if members > 1 else None
        # A module's own iterators take microseconds, and a small step takes a few hundred.
        self._in_order = tuple(parts.items())

    def forward(self, batch: Batch) -> Encoded:
        """Encode a batch."""
        encoded: list[Tensor] = [part(batch.arrays[kind]) for kind, part in self._in_order]
        features = torch.cat(encoded, dim=1) if len(encoded) > 1 else encoded[0]
        if self.factors is None:
            return Encoded(features, features)
        return Encoded(features, (features * self.factors.unsqueeze(1)).flatten(0, 1))

    def gradients(self, batch: Batch, encoded: Encoded, towards: Tensor) -> Iterator[Tensor]:
        """K gradients with respect to each parameter, [K, …], from those with respect to what is read, [K, M × B, F].

        Of tables, the rows that the batch does not read are left out: they are most of them, and their gradients are 0.
        """
        if self.factors is not None:
            of_members = by_member(towards, self.members)
            yield (of_members * encoded.features).sum(dim=2)
            towards = torch.einsum("kmbf,mf->kbf", of_members, self.factors.to(towards.dtype))
        if not encoded.features.requires_grad:
            return
        with torch.enable_grad():  # a part may differentiate what it gave
            given = encoded.features.split(self.widths, 1)
        for (kind, part), ours, theirs in zip(self._in_order, given, towards.split(self.widths, 2), strict=True):
            yield from part.gradients(batch.arrays[kind], ours, theirs)
