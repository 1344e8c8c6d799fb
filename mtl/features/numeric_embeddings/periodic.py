"""Numbers by waves of learned frequencies."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import pi
from typing import final

import torch
from torch import Tensor, nn
from typing_extensions import override

from mtl.extensions import NUMERIC_EMBEDDINGS
from mtl.features.feature import EncoderPart
from mtl.features.numeric_embedding import Knots, NumericEmbedding
from mtl.options import Count, Positive


@final
class PeriodicPart(EncoderPart):
    """cos and sin of 2πcx for the frequencies c of each column, then a linear layer that all share, and ReLU.

    [B, C] to [B, C × width].
    """

    def __init__(self, columns: int, frequencies: int, sigma: float, width: int) -> None:
        super().__init__()
        self.frequencies = nn.Parameter(torch.randn(columns, frequencies) * sigma)
        self.linear = nn.Linear(2 * frequencies, width)
        self.width = columns * width

    @override
    def forward(self, array: Tensor) -> Tensor:
        cosines, sines = self._waves(array)
        encoded: Tensor = self.linear(torch.cat([cosines, sines], dim=2))
        return encoded.relu().flatten(1)

    @override
    def gradients(self, array: Tensor, encoded: Tensor, towards: Tensor) -> Iterator[Tensor]:
        """Backwards by hand, of all losses at once: through ReLU, the linear layer, and d cos(2πcx)/dc = −2πx sin."""
        cosines, sines = self._waves(array)
        passed = (towards * (encoded > 0)).float().unflatten(2, (array.shape[1], -1))
        at_cosines, at_sines = (passed @ self.linear.weight).chunk(2, dim=3)
        turns = 2 * pi * array.unsqueeze(2)
        yield (turns * (at_sines * cosines - at_cosines * sines)).sum(dim=1)
        yield torch.einsum("kbcw,bcf->kwf", passed, torch.cat([cosines, sines], dim=2))
        yield passed.sum(dim=(1, 2))

    def _waves(self, array: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines, [B, C, F] each."""
        angles = 2 * pi * array.unsqueeze(2) * self.frequencies
        return angles.cos(), angles.sin()


@NUMERIC_EMBEDDINGS.register
@final
@dataclass(frozen=True)
class Periodic(NumericEmbedding):
    """Waves of learned frequencies, a linear layer that all columns share, and ReLU (Gorishniy et al. 2022, PLR).

    Section 3.3, equation 2. One linear layer for all columns is the form that its authors call lite.

    Attributes:
        frequencies: of each column.
        sigma: standard deviation of the frequencies at the start.
        width: of an embedded number.
    """

    frequencies: Count = 16
    sigma: Positive = 0.1
    width: Count = 8

    @override
    def part(self, knots: Knots) -> PeriodicPart:
        return PeriodicPart(len(knots), self.frequencies, self.sigma, self.width)
