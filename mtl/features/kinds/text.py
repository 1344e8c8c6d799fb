"""Texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self, final

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from typing_extensions import override

from mtl.extensions import FEATURES, TEXT_ENCODERS
from mtl.features.cells import TEXT, Cell
from mtl.features.feature import EncoderPart, Feature, Holds, PartShape
from mtl.features.text_encoder import TextEncoder
from mtl.features.tokens import PADDING, build_vocabulary, encode_texts

if TYPE_CHECKING:
    from mtl.spec import ModelSpec


@final
class TextPart(EncoderPart):
    """A text encoder for each column. Tokens int64 [B, C × T] to [B, C × width]."""

    def __init__(self, encoders: Sequence[TextEncoder]) -> None:
        super().__init__()
        self.encoders = nn.ModuleList(encoders)
        self.width = sum(encoder.width for encoder in encoders)

    @override
    def forward(self, array: Tensor) -> Tensor:
        texts = array.chunk(len(self.encoders), dim=1)
        encoded = [encoder(tokens) for encoder, tokens in zip(self.encoders, texts, strict=True)]
        return encoded[0] if len(encoded) == 1 else torch.cat(encoded, dim=1)

    @override
    def gradients(self, array: Tensor, encoded: Tensor, towards: Tensor) -> Iterator[Tensor]:
        count = len(self.encoders)
        with torch.enable_grad():  # an encoder may differentiate what it gave
            given = encoded.chunk(count, dim=1)
        columns = zip(array.chunk(count, dim=1), given, towards.chunk(count, dim=2), strict=True)
        for encoder, of_column in zip(self.encoders, columns, strict=True):
            assert isinstance(encoder, TextEncoder)
            yield from encoder.gradients(*of_column)


@final
@dataclass(frozen=True)
class TextShape(PartShape):
    """A text encoder by its name, the number of token codes of each column, tokens per text, width of a text."""

    encoder: str
    vocabulary_sizes: tuple[int, ...]
    max_tokens: int
    width: int

    @override
    def build(self) -> TextPart:
        encoder = TEXT_ENCODERS.get(self.encoder)
        return TextPart([encoder(size, self.width) for size in self.vocabulary_sizes])

    @override
    def longest_row(self) -> Tensor:
        return torch.full((1, len(self.vocabulary_sizes) * self.max_tokens), PADDING + 1)


@dataclass(frozen=True)
class TextColumn:
    """A text: the codes of its first tokens; the vocabulary's codes start at 2."""

    vocabulary: tuple[str, ...]

    @cached_property
    def codes(self) -> dict[str, int]:
        """Token to code."""
        return {token: code for code, token in enumerate(self.vocabulary, start=2)}


@FEATURES.register
@final
@dataclass(frozen=True)
class Text(Feature):
    """Texts, as the words that stand first in them; a text encoder makes a vector of each."""

    holds: ClassVar[Holds] = "texts"
    cell: ClassVar[Cell] = TEXT
    part_shape: ClassVar[type[PartShape]] = TextShape
    fitted: tuple[TextColumn, ...]
    max_tokens: int

    @override
    @classmethod
    def fit(cls, columns: Sequence[str], training: pd.DataFrame, model: "ModelSpec") -> Self:
        vocabularies = [build_vocabulary(_strings(training[name]), model.min_document_frequency) for name in columns]
        return cls(tuple(columns), tuple(map(TextColumn, vocabularies)), model.max_tokens)

    @override
    @classmethod
    def settings(cls, model: "ModelSpec") -> object:
        return model.max_tokens, model.min_document_frequency

    @override
    def shape(self, model: "ModelSpec") -> TextShape:
        sizes = tuple(len(column.vocabulary) + 2 for column in self.fitted)
        return TextShape(model.text_encoder, sizes, self.max_tokens, model.text_width)

    @override
    def apply(self, table: pd.DataFrame) -> NDArray[np.int32]:
        pairs = zip(self.columns, self.fitted, strict=True)
        return np.hstack([encode_texts(_strings(table[name]), text.codes, self.max_tokens) for name, text in pairs])


def _strings(column: pd.Series) -> list[str]:
    return ["" if missing else str(value) for value, missing in zip(column, column.isna(), strict=True)]
