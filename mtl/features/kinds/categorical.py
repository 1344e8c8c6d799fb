"""Categories."""

import hashlib
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

from mtl.extensions import FEATURES
from mtl.features.cells import CATEGORY, Cell
from mtl.features.columns import Columns
from mtl.features.embeddings import EMBEDDING_SCALE
from mtl.features.feature import Cells, EncoderPart, Feature, Holds, PartShape
from mtl.features.table_gradients import gradients_of_rows
from mtl.names import coded_names, read_name

if TYPE_CHECKING:
    from mtl.spec import ModelSpec


LEVELS_A_BUCKET = 10
"""Levels with a code of their own for each bucket of those beyond: a tenth more embeddings at most."""


@final
class CategoryTable(EncoderPart):
    """An embedding for each category, those of all columns in one table. Codes int64 [B, C] to [B, C × width]."""

    offsets: Tensor

    def __init__(self, cardinalities: Sequence[int], width: int) -> None:
        super().__init__()
        self.table = nn.Embedding(sum(cardinalities), width)
        nn.init.normal_(self.table.weight, std=EMBEDDING_SCALE)
        self.register_buffer("offsets", torch.tensor([0, *cardinalities[:-1]]).cumsum(0), persistent=False)
        self.width = len(cardinalities) * width

    @override
    def forward(self, array: Tensor) -> Tensor:
        embedded: Tensor = self.table(array + self.offsets)
        return embedded.flatten(1)

    @override
    def gradients(self, array: Tensor, encoded: Tensor, towards: Tensor) -> Iterator[Tensor]:
        num_rows, num_columns = array.shape
        by_row = towards.float().transpose(0, 1)
        by_code = by_row.unflatten(2, (num_columns, -1)).transpose(1, 2).flatten(0, 1)
        readings = torch.arange(num_rows * num_columns, device=array.device)
        yield gradients_of_rows((array + self.offsets).flatten(), readings, by_code).transpose(0, 1)


@final
@dataclass(frozen=True)
class CategoryShape(PartShape):
    """The number of codes of each column, the unknown one included, and the width of an embedding."""

    cardinalities: tuple[int, ...]
    width: int

    @override
    def build(self) -> CategoryTable:
        return CategoryTable(self.cardinalities, self.width)

    @override
    def longest_row(self) -> Tensor:
        return torch.zeros(1, len(self.cardinalities), dtype=torch.int64)


@dataclass(frozen=True)
class CategoricalColumn:
    """A category: a code for each frequent level, then for the buckets, then for all other levels; 0 where missing.

    Attributes:
        values: the levels that have a code of their own, in the order of the codes, from 1.
        hashed: levels beyond those, each in the bucket that its hash names.
        buckets: number of buckets.
        other: whether training rows of rare levels taught one code for them all. It is that of every unknown level,
            too; without it an unknown level is read as a missing one.
    """

    values: tuple[str, ...]
    hashed: tuple[str, ...] = ()
    buckets: int = 0
    other: bool = False

    @property
    def cardinality(self) -> int:
        """Number of codes."""
        return 1 + len(self.values) + self.buckets + self.other

    @cached_property
    def codes(self) -> dict[str, int]:
        """Value to code."""
        first = len(self.values) + 1
        hashed = {value: first + _bucket(value, self.buckets) for value in self.hashed}
        return {**hashed, **{value: code for code, value in enumerate(self.values, start=1)}}

    def code(self, name: str | None) -> int:
        """The code of a value; one that is unknown as it is spelled is looked up as the number that it spells.

        Rows that come as text, from a CSV file, say 7.0 where the training side had the number 7.
        """
        if name is None:
            return 0
        return self.codes.get(name) or self.codes.get(read_name(name), self.unknown)

    @property
    def unknown(self) -> int:
        """The code of a value that is not known."""
        return self.cardinality - 1 if self.other else 0


def _bucket(value: str, buckets: int) -> int:
    return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8).digest(), "big") % buckets


def _fit(column: pd.Series, model: "ModelSpec") -> CategoricalColumn:
    codes, names = coded_names(column)
    counts = dict(zip(names, np.bincount(codes[codes >= 0], minlength=len(names)).tolist(), strict=True))
    frequent = sorted((-count, name) for name, count in counts.items() if count >= model.rare_levels)
    own, beyond = ([name for _, name in part] for part in (frequent[: model.max_levels], frequent[model.max_levels :]))
    buckets = min(len(beyond), max(1, model.max_levels // LEVELS_A_BUCKET))
    other = len(frequent) < len(counts)
    return CategoricalColumn(tuple(sorted(own)), tuple(sorted(beyond)), buckets, other)


@FEATURES.register
@final
@dataclass(frozen=True)
class Categorical(Feature):
    """Values that are equal or not: texts, numbers or truth values. Frequent ones have an embedding each.

    Those of fewer training rows than `model.rare_levels`, and unknown ones, share one; frequent ones beyond
    `model.max_levels` share buckets.
    """

    holds: ClassVar[Holds] = "anything"
    cell: ClassVar[Cell] = CATEGORY
    part_shape: ClassVar[type[PartShape]] = CategoryShape
    fitted: tuple[CategoricalColumn, ...]

    @override
    @classmethod
    def fit(cls, columns: Sequence[str], training: Columns, model: "ModelSpec") -> Self:
        return cls(tuple(columns), tuple(_fit(training[column], model) for column in columns))

    @override
    @classmethod
    def settings(cls, model: "ModelSpec") -> object:
        return model.rare_levels, model.max_levels

    @override
    def shape(self, model: "ModelSpec") -> CategoryShape:
        return CategoryShape(tuple(column.cardinality for column in self.fitted), model.category_width)

    @override
    def apply(self, table: pd.DataFrame) -> NDArray[np.int32]:
        out = np.zeros((len(table), len(self.columns)), dtype=np.int32)
        for position, (column, fitted) in enumerate(zip(self.columns, self.fitted, strict=True)):
            rows, names = coded_names(table[column])
            out[:, position] = np.array([*map(fitted.code, names), fitted.code(None)])[rows]
        return out

    @override
    def apply_cells(self, cells: Cells) -> NDArray[np.int32]:
        out = np.zeros((len(cells[0]), len(self.columns)), dtype=np.int32)
        for position, (names, fitted) in enumerate(zip(cells, self.fitted, strict=True)):
            codes = {name: fitted.code(name) for name in set(names)}
            out[:, position] = [codes[name] for name in names]
        return out
