"""Texts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, final

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from typing_extensions import override

from mtl.errors import MtlError, SpecError
from mtl.extensions import FEATURES, TEXT_ENCODERS
from mtl.features.cells import TEXT, Cell
from mtl.features.columns import Columns
from mtl.features.design_blocks import DesignBlock, Numbers, Texts
from mtl.features.feature import Cells, EncoderPart, Feature, Holds, PartShape
from mtl.features.plain import PlainShape
from mtl.features.sentence_encoder import files_of, read_encoder
from mtl.features.sentence_vectors import SentenceVectors
from mtl.features.text_encoder import FrozenTextEncoder, TextEncoder
from mtl.features.tokens import PADDING, build_vocabulary, encode_texts
from mtl.options import make

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
        if not issubclass(encoder, TextEncoder):
            raise ValueError(f"the text encoder {self.encoder} has no part that learns")
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
    """Texts: of the words that stand first in them a text encoder makes a vector, learned or frozen.

    Attributes:
        fitted: the vocabularies; none where the encoder is frozen.
        vectors: the frozen encoder, if there is one: its vectors are the array.
    """

    holds: ClassVar[Holds] = "texts"
    cell: ClassVar[Cell] = TEXT
    part_shape: ClassVar[Any] = TextShape | PlainShape
    fitted: tuple[TextColumn, ...]
    max_tokens: int
    vectors: SentenceVectors | None = None

    @override
    @classmethod
    def fit(cls, columns: Sequence[str], training: Columns, model: "ModelSpec") -> Self:
        frozen = _frozen(model)
        if frozen:
            return cls(tuple(columns), (), model.max_tokens, frozen)
        vocabularies = [
            build_vocabulary(_each_string(training[name]), model.min_document_frequency) for name in columns
        ]
        return cls(tuple(columns), tuple(map(TextColumn, vocabularies)), model.max_tokens)

    @override
    @classmethod
    def settings(cls, model: "ModelSpec") -> object:
        frozen = _frozen(model)
        return model.max_tokens, frozen.digest if frozen else model.min_document_frequency

    @override
    def shape(self, model: "ModelSpec") -> PartShape:
        if self.vectors:
            return PlainShape(self.vectors.width * len(self.columns))
        sizes = tuple(len(column.vocabulary) + 2 for column in self.fitted)
        return TextShape(model.text_encoder.name, sizes, self.max_tokens, model.text_width)

    @override
    def apply(self, table: pd.DataFrame) -> NDArray[Any]:
        return self._array(table, None)

    @override
    def apply_cells(self, cells: Cells) -> NDArray[Any]:
        return self._encoded([[text or "" for text in column] for column in cells], None)

    @override
    def apply_keeping(self, table: pd.DataFrame, folder: Path) -> NDArray[Any]:
        return self._array(table, folder / "sentence_vectors")

    @property
    @override
    def packages(self) -> tuple[str, ...]:
        return ("tokenizers",) if self.vectors else ()

    @property
    @override
    def files(self) -> Mapping[str, Path]:
        return files_of(self.vectors.folder) if self.vectors else {}

    @override
    def with_files(self, folder: Path) -> Self:
        return replace(self, vectors=replace(self.vectors, folder=folder)) if self.vectors else self

    @override
    def read_files(self) -> None:
        if self.vectors:
            read_encoder(self.vectors.folder, self.vectors.digest)

    @override
    def design(self, table: pd.DataFrame, array: NDArray[Any]) -> Iterator[DesignBlock]:
        """Whole texts, and the vectors of a frozen encoder, if there is one."""
        if self.vectors:
            yield Numbers(array.astype(np.float64))
        yield from (Texts(np.array(_strings(table[name]), dtype=object)) for name in self.columns)

    def _array(self, table: pd.DataFrame, kept: Path | None) -> NDArray[Any]:
        return self._encoded([_strings(table[name]) for name in self.columns], kept)

    def _encoded(self, texts: Sequence[list[str]], kept: Path | None) -> NDArray[Any]:
        if self.vectors:
            return np.hstack([self.vectors.vectors(column, self.max_tokens, kept) for column in texts])
        pairs = zip(texts, self.fitted, strict=True)
        return np.hstack([encode_texts(column, fitted.codes, self.max_tokens) for column, fitted in pairs])


def _frozen(model: "ModelSpec") -> SentenceVectors | None:
    """The frozen encoder that a spec asks for.

    Raises:
        SpecError: there is none in its place, or none that this program can compute.
    """
    entry = model.text_encoder
    if not issubclass(entry.kind, FrozenTextEncoder):
        return None
    try:
        return SentenceVectors.of(make(entry.kind, entry.options).place())
    except MtlError as error:
        raise SpecError(str(error)) from error


def _strings(column: pd.Series) -> list[str]:
    return list(_each_string(column))


def _each_string(column: pd.Series) -> Iterator[str]:
    return ("" if missing else str(value) for value, missing in zip(column, column.isna(), strict=True))
