"""Numbers by the quantiles between which they lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from typing_extensions import override

from mtl.extensions import NUMERIC_EMBEDDINGS
from mtl.features.feature import EncoderPart
from mtl.features.numeric_embedding import Knots, NumericEmbedding
from mtl.options import Count

DECIMALS = 6
"""Scaled numbers that differ less than this are one: float32, in which the part computes, keeps about as many."""


@final
class PiecewiseLinearPart(EncoderPart):
    """How far each number has come through each bin of its column: 0 before it, 1 behind it. [B, C] to [B, C × bins].

    A column with fewer bins has 0 in the others.
    """

    starts: Tensor
    slopes: Tensor

    def __init__(self, knots: Sequence[Sequence[float]], bins: int) -> None:
        super().__init__()
        starts, slopes = torch.zeros(len(knots), bins), torch.zeros(len(knots), bins)
        for column, points in enumerate(map(torch.tensor, knots)):
            widths = points.diff()
            starts[column, : len(widths)] = points[:-1]
            slopes[column, : len(widths)] = 1 / widths
        self.register_buffer("starts", starts, persistent=False)
        self.register_buffer("slopes", slopes, persistent=False)
        self.width = len(knots) * bins

    @override
    def forward(self, array: Tensor) -> Tensor:
        return ((array.unsqueeze(2) - self.starts) * self.slopes).clamp(0.0, 1.0).flatten(1)


@NUMERIC_EMBEDDINGS.register
@final
@dataclass(frozen=True)
class PiecewiseLinear(NumericEmbedding):
    """How far a number has come through each bin between quantiles of the training side (Gorishniy et al. 2022).

    Section 3.2, equation 1, with quantiles as bounds (3.2.1). Beyond the outer bounds it stays at 0 and 1.

    Attributes:
        bins: of each column; quantiles that are equal bound one bin.
    """

    bins: Count = 16

    @override
    def knots(self, numbers: NDArray[np.float64]) -> tuple[float, ...]:
        quantiles = np.quantile(numbers, np.linspace(0.0, 1.0, self.bins + 1))
        distinct = np.unique(quantiles.round(DECIMALS)).tolist()
        return tuple(distinct) if len(distinct) > 1 else ()

    @override
    def part(self, knots: Knots) -> PiecewiseLinearPart:
        return PiecewiseLinearPart(knots, self.bins)
