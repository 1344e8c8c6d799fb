"""The networks of a study."""

from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from mtl.catalog import Catalog
from mtl.extensions import NUMERIC_EMBEDDINGS, TEXT_ENCODERS
from mtl.spec.catalog_entry import CatalogEntry
from mtl.spec.section import Section
from mtl.storage import resolved


class NumericEmbeddingEntry(CatalogEntry):
    """An embedding of numbers: its catalog name, or a mapping of its name and its options."""

    catalog: ClassVar[Catalog[Any]] = NUMERIC_EMBEDDINGS


class TextEncoderEntry(CatalogEntry):
    """A text encoder: its catalog name, or a mapping of its name and its options."""

    catalog: ClassVar[Catalog[Any]] = TEXT_ENCODERS

    def below(self, folder: Path) -> Self:
        """The same with a relative folder of files resolved against the spec's."""
        given = self.options.get("folder")
        if not isinstance(given, str):
            return self
        return self.model_copy(update={"options": {**self.options, "folder": str(resolved(folder, given))}})


class ModelSpec(Section):
    """Encoder, trunk and heads; a single-task baseline has the same trunk as one task of a multi-task model."""

    trunk: tuple[Annotated[int, Field(ge=1, le=65_536)], ...] = Field(
        (128,), min_length=1, max_length=64, description="widths of the hidden layers"
    )
    members: int = Field(
        8,
        ge=1,
        le=1024,
        description="copies that share weights, each with vectors of its own; a prediction is their mean",
    )
    dropout: float = Field(0.1, ge=0.0, lt=1.0, description="share of each hidden layer's outputs set to 0 in training")
    numeric_embedding: NumericEmbeddingEntry | None = Field(
        None, description="what becomes of each scaled number; where left out, it is read as it is"
    )
    category_width: int = Field(8, ge=1, le=4096, description="embedding width of each categorical column")
    # Of 1,500 levels that carry 40 % of the variance, folding those of one row costs networks .01 of R², of fewer than
    # 5 rows .05: more is not folded unasked. What one row taught is the row itself.
    rare_levels: int = Field(
        2,
        ge=1,
        le=10**9,
        description="training rows that a level of a categorical column must have, or it counts as one other level with"
        " all such; unknown ones do, too",
    )
    max_levels: int = Field(
        1000,
        ge=1,
        le=1_000_000,
        description="levels with an embedding each, the most frequent; those beyond share a tenth as many",
    )
    text_encoder: TextEncoderEntry = Field(
        TextEncoderEntry(name="mean"),
        description="mean: of token embeddings; lstm: an LSTM's state at the last token; pretrained: a frozen vector",
    )
    text_width: int = Field(64, ge=1, le=4096, description="embedding width of a token, and of the encoded text")
    max_tokens: int = Field(64, ge=1, le=10_000, description="tokens read from the start of a text")
    min_document_frequency: int = Field(2, ge=1, le=10**9, description="training texts that a token must occur in")
