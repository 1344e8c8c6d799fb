"""Feature transforms: fitted on the training side alone, applied everywhere, carried inside the model bundle."""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.data.tokens import build_vocabulary, encode_texts
from mtl.names import canonical_names, read_name, read_numbers
from mtl.spec import FeaturesSpec, ModelSpec

ROUNDING = 1e-12
"""A spread, as a share of the largest number, that is no spread: equal numbers and their rounded mean show as much."""


@dataclass(frozen=True)
class Inputs:
    """What the encoder reads, one row per example.

    Attributes:
        numeric: standardised values and missing indicators, float32 [N, F].
        codes: category codes, int32 [N, C]; 0 is unknown or missing.
        tokens: token codes, int32 [N, T]; 0 is padding, 1 unknown.
    """

    numeric: NDArray[np.float32]
    codes: NDArray[np.int32]
    tokens: NDArray[np.int32]

    def __len__(self) -> int:
        """N."""
        return len(self.numeric)


@dataclass(frozen=True)
class NumericColumn:
    """A number: missing values become the training median, then (x − mean) / scale; optionally a missing indicator.

    Attributes:
        scale: standard deviation on the training side; 0 where all its values are the same, or missing. Such a column
            teaches nothing, and its weights stay as they were drawn: it is 0 for every row, whatever comes later.
        indicates_missing: whether the training side has rows with and rows without a value.
    """

    name: str
    median: float
    mean: float
    scale: float
    indicates_missing: bool


@dataclass(frozen=True)
class CategoricalColumn:
    """A category: its position among the training side's values plus one; anything else is 0."""

    name: str
    values: tuple[str, ...]

    @cached_property
    def codes(self) -> dict[str, int]:
        """Value to code."""
        return {value: code for code, value in enumerate(self.values, start=1)}

    def code(self, name: str | None) -> int:
        """The code of a value; one that is unknown as it is spelled is looked up as the number that it spells.

        Rows that come as text, from a CSV file, say 7.0 where the training side had the number 7.
        """
        if name is None:
            return 0
        return self.codes.get(name) or self.codes.get(read_name(name), 0)


@dataclass(frozen=True)
class TextColumn:
    """A text: the codes of its first tokens; the vocabulary's codes start at 2."""

    name: str
    vocabulary: tuple[str, ...]
    max_tokens: int

    @cached_property
    def codes(self) -> dict[str, int]:
        """Token to code."""
        return {token: code for code, token in enumerate(self.vocabulary, start=2)}


@dataclass(frozen=True)
class Transforms:
    """From a table's columns to `Inputs`."""

    numeric: tuple[NumericColumn, ...]
    categorical: tuple[CategoricalColumn, ...]
    text: TextColumn | None

    @classmethod
    def fit(cls, features: FeaturesSpec, model: ModelSpec, training: pd.DataFrame) -> Self:
        """Fit on the rows of the training side."""
        text = None
        if features.text:
            vocabulary = build_vocabulary(_strings(training[features.text]), model.min_document_frequency)
            text = TextColumn(features.text, vocabulary, model.max_tokens)
        return cls(
            tuple(_fit_numeric(name, read_numbers(training[name])) for name in features.numeric),
            tuple(_fit_categorical(name, training[name]) for name in features.categorical),
            text,
        )

    def apply(self, table: pd.DataFrame) -> Inputs:
        """Transform the rows of `table`; columns that no feature names are ignored."""
        return Inputs(self._numeric(table), self._codes(table), self._tokens(table))

    @property
    def numeric_width(self) -> int:
        """F: standardised columns and missing indicators."""
        return len(self.numeric) + sum(column.indicates_missing for column in self.numeric)

    @property
    def cardinalities(self) -> tuple[int, ...]:
        """The number of codes of each categorical column, the unknown one included."""
        return tuple(len(column.values) + 1 for column in self.categorical)

    @property
    def vocabulary_size(self) -> int:
        """The number of token codes, padding and unknown included; 0 without a text."""
        return len(self.text.vocabulary) + 2 if self.text else 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        text = plain["text"]
        return cls(
            tuple(NumericColumn(**column) for column in plain["numeric"]),
            tuple(CategoricalColumn(column["name"], tuple(column["values"])) for column in plain["categorical"]),
            TextColumn(text["name"], tuple(text["vocabulary"]), text["max_tokens"]) if text else None,
        )

    def _numeric(self, table: pd.DataFrame) -> NDArray[np.float32]:
        out = np.zeros((len(table), self.numeric_width), dtype=np.float32)
        indicator = len(self.numeric)
        for position, column in enumerate(self.numeric):
            values = read_numbers(table[column.name])
            missing = np.isnan(values)
            if column.scale:
                out[:, position] = (np.where(missing, column.median, values) - column.mean) / column.scale
            if column.indicates_missing:
                out[:, indicator] = missing
                indicator += 1
        return out

    def _codes(self, table: pd.DataFrame) -> NDArray[np.int32]:
        out = np.zeros((len(table), len(self.categorical)), dtype=np.int32)
        for position, column in enumerate(self.categorical):
            names = canonical_names(table[column.name])
            codes = {name: column.code(name) for name in set(names)}
            out[:, position] = [codes[name] for name in names]
        return out

    def _tokens(self, table: pd.DataFrame) -> NDArray[np.int32]:
        if self.text is None:
            return np.zeros((len(table), 0), dtype=np.int32)
        return encode_texts(_strings(table[self.text.name]), self.text.codes, self.text.max_tokens)


def _fit_numeric(name: str, values: NDArray[np.float64]) -> NumericColumn:
    missing = np.isnan(values)
    if missing.all():
        return NumericColumn(name, 0.0, 0.0, 0.0, False)
    median = float(np.nanmedian(values))
    filled = np.where(missing, median, values)
    scale = float(filled.std())
    varies = scale > ROUNDING * float(np.abs(filled).max())
    return NumericColumn(name, median, float(filled.mean()), scale if varies else 0.0, bool(missing.any()))


def _fit_categorical(name: str, column: pd.Series) -> CategoricalColumn:
    return CategoricalColumn(name, tuple(sorted({value for value in canonical_names(column) if value is not None})))


def _strings(column: pd.Series) -> list[str]:
    return ["" if missing else str(value) for value, missing in zip(column, column.isna(), strict=True)]
