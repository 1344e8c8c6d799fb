"""The contract of an embedding of numbers: an entry of `mtl/features/numeric_embeddings/`.

An embedding is a frozen dataclass of options. It says what it must know of the training side's numbers, and builds the
part of the encoder that makes several numbers of each.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, final

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BeforeValidator, PlainSerializer
from torch import Tensor
from typing_extensions import override

from mtl.catalog import entry_name
from mtl.extensions import NUMERIC_EMBEDDINGS
from mtl.features.feature import EncoderPart, PartShape
from mtl.options import make, plain_options

Knots = tuple[tuple[float, ...], ...]
"""Of each column the points between which it is embedded, in scaled numbers, ascending; none where none are asked."""


class NumericEmbedding(ABC):
    """How a number becomes several that a network can tell apart more easily."""

    def knots(self, numbers: NDArray[np.float64]) -> tuple[float, ...]:
        """What is remembered of the training side's scaled numbers of a column, at least one."""
        return ()

    @abstractmethod
    def part(self, knots: Knots) -> EncoderPart:
        """From numbers [B, C] to [B, width], for C columns that have these knots."""


@final
class EmbeddedPart(EncoderPart):
    """Numbers through an embedding, and indicators as they are. [B, C + I] to [B, embedded width + I]."""

    def __init__(self, embedding: EncoderPart, columns: int, indicators: int) -> None:
        super().__init__()
        self.embedding, self.columns = embedding, columns
        self.width = embedding.width + indicators

    @override
    def forward(self, array: Tensor) -> Tensor:
        embedded: Tensor = self.embedding(array[:, : self.columns])
        return torch.cat([embedded, array[:, self.columns :]], dim=1)

    @override
    def gradients(self, array: Tensor, encoded: Tensor, towards: Tensor) -> Iterator[Tensor]:
        width = self.embedding.width
        with torch.enable_grad():  # an embedding may differentiate what it gave
            embedded = encoded[:, :width]
        return self.embedding.gradients(array[:, : self.columns], embedded, towards[..., :width])


def _plain(embedding: NumericEmbedding) -> dict[str, Any]:
    return {"name": entry_name(embedding), **plain_options(embedding)}


def _from_plain(plain: object) -> object:
    if not isinstance(plain, dict):
        return plain
    options = {option: value for option, value in plain.items() if option != "name"}
    return make(NUMERIC_EMBEDDINGS.get(plain["name"]), options)


@final
@dataclass(frozen=True)
class EmbeddedShape(PartShape):
    """An embedding with its options, the knots of each column, and the number of indicators."""

    embedding: Annotated[Any, BeforeValidator(_from_plain), PlainSerializer(_plain)]
    knots: Knots
    indicators: int

    @override
    def build(self) -> EmbeddedPart:
        return EmbeddedPart(self.embedding.part(self.knots), len(self.knots), self.indicators)

    @override
    def longest_row(self) -> Tensor:
        return torch.zeros(1, len(self.knots) + self.indicators)
