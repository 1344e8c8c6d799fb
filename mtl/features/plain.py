"""Features that a network reads as they are: numbers with nothing to learn about them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, final

import pandas as pd
import torch
from torch import Tensor
from typing_extensions import override

from mtl.features.feature import EncoderPart, Feature, PartShape

if TYPE_CHECKING:
    from mtl.spec import ModelSpec


@final
class PlainPart(EncoderPart):
    """Numbers as they are."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    @override
    def forward(self, array: Tensor) -> Tensor:
        return array


@final
@dataclass(frozen=True)
class PlainShape(PartShape):
    """So many numbers per row."""

    width: int

    @override
    def build(self) -> PlainPart:
        return PlainPart(self.width)

    @override
    def longest_row(self) -> Tensor:
        return torch.zeros(1, self.width)


class PlainFeature(Feature):
    """Columns that become float32 [N, width]."""

    part_shape: ClassVar[Any] = PlainShape
    learned: ClassVar[bool] = False

    @property
    def width(self) -> int:
        """Numbers per row."""
        no_row = pd.DataFrame({name: pd.Series(dtype=object) for name in self.columns})
        return int(self.apply(no_row).shape[1])

    @override
    def shape(self, model: "ModelSpec") -> PartShape:
        return PlainShape(self.width)
