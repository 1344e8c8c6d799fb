"""Categories."""

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
from mtl.features.embeddings import EMBEDDING_SCALE
from mtl.features.feature import EncoderPart, Feature, Holds, PartShape
from mtl.features.table_gradients import gradients_of_rows
from mtl.names import canonical_names, read_name

if TYPE_CHECKING:
    from mtl.spec import ModelSpec


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
    """A category: its position among the training side's values plus one; anything else is 0."""

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


@FEATURES.register
@final
@dataclass(frozen=True)
class Categorical(Feature):
    """Values that are equal or not: texts, numbers or truth values. Each has an embedding; unknown is missing."""

    holds: ClassVar[Holds] = "anything"
    cell: ClassVar[Cell] = CATEGORY
    part_shape: ClassVar[type[PartShape]] = CategoryShape
    fitted: tuple[CategoricalColumn, ...]

    @override
    @classmethod
    def fit(cls, columns: Sequence[str], training: pd.DataFrame, model: "ModelSpec") -> Self:
        names = [{value for value in canonical_names(training[column]) if value is not None} for column in columns]
        return cls(tuple(columns), tuple(CategoricalColumn(tuple(sorted(values))) for values in names))

    @override
    def shape(self, model: "ModelSpec") -> CategoryShape:
        return CategoryShape(tuple(len(column.values) + 1 for column in self.fitted), model.category_width)

    @override
    def apply(self, table: pd.DataFrame) -> NDArray[np.int32]:
        out = np.zeros((len(table), len(self.columns)), dtype=np.int32)
        for position, (column, fitted) in enumerate(zip(self.columns, self.fitted, strict=True)):
            names = canonical_names(table[column])
            codes = {name: fitted.code(name) for name in set(names)}
            out[:, position] = [codes[name] for name in names]
        return out
