"""The contract of a kind of features.

The columns of one kind are fitted together on the training side, and become one array. From a batch of its rows a part
of the encoder computes what stands for them in the encoded features. An entry of `mtl/features/kinds/` brings both.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, TypeAlias

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from pydantic import ConfigDict
from torch import Tensor, nn

from mtl.features.cells import Cell
from mtl.features.columns import Columns
from mtl.features.design_blocks import DesignBlock, block_of
from mtl.jsonable import EXACT

if TYPE_CHECKING:
    from mtl.spec import ModelSpec

Cells: TypeAlias = NDArray[np.float64] | Sequence[Sequence[str | None]]
"""A request's cells of one kind, read: float64 [N, C] of numbers, NaN where missing, or C columns of strings."""

Holds = Literal["numbers", "texts", "dates", "truth values", "anything"]
"""What the columns of a kind hold, as the checks of the data ask for it. Any cell may be empty but a text."""


class EncoderPart(nn.Module, ABC):
    """From a batch of one kind's array, [B, w], to [B, width]. Called with integers as int64 and numbers as float32.

    Attributes:
        width: of what it gives for a row.
    """

    width: int

    @abstractmethod
    def forward(self, array: Tensor) -> Tensor:
        """Encode a batch."""

    def gradients(self, array: Tensor, encoded: Tensor, towards: Tensor) -> Iterator[Tensor]:
        """K gradients with respect to each parameter, [K, …], from those with respect to `encoded`, [K, B, width].

        By automatic differentiation, one at a time, unless a part has a faster way. Of a table, rows that the batch
        does not read may be left out: their gradients are 0.
        """
        parameters = tuple(self.parameters())
        if parameters:
            each = [torch.autograd.grad(encoded, parameters, one, retain_graph=True) for one in towards]
            yield from (torch.stack(gradients) for gradients in zip(*each, strict=True))


class PartShape(ABC):
    """What fixes the parameters of a kind's part: a frozen dataclass of plain values, stored with the weights."""

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    @abstractmethod
    def build(self) -> EncoderPart:
        """The part, with newly drawn parameters."""

    @abstractmethod
    def longest_row(self) -> Tensor:
        """A row of the kind's array that takes the part the most work, [1, w]."""


@dataclass(frozen=True)
class Feature(ABC):
    """The columns of one kind, fitted: a frozen dataclass of plain values, which travels inside the model bundle.

    Attributes:
        columns: their names.
        holds: what they hold.
        cell: how a request's cell is read.
        part_shape: what fixes the kind's part of the encoder; several types where settings choose between parts.
        learned: whether the part has parameters, as it is without settings. Kinds without stand first in the encoded
            features, then by name.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    columns: tuple[str, ...]

    holds: ClassVar[Holds]
    cell: ClassVar[Cell]
    part_shape: ClassVar[Any]
    learned: ClassVar[bool] = True

    @classmethod
    def fit(cls, columns: Sequence[str], training: Columns, model: "ModelSpec") -> Self:
        """Fit on the rows of the training side; a kind that has nothing to fit is its columns alone."""
        return cls(tuple(columns))

    @classmethod
    def settings(cls, model: "ModelSpec") -> object:
        """Plain values: what `fit` and `apply` follow from beside the rows. Where they differ, arrays are made anew."""
        return None

    @abstractmethod
    def apply(self, table: pd.DataFrame) -> NDArray[Any]:
        """The rows of `table` as one array [N, w], float32 or int32, finite whatever the cells hold."""

    def apply_cells(self, cells: Cells) -> NDArray[Any]:
        """As `apply` to a table of these cells; a kind has its own where making the table would take longest."""
        if isinstance(cells, np.ndarray):
            return self.apply(pd.DataFrame(cells, columns=pd.Index(self.columns)))
        columns = zip(self.columns, cells, strict=True)
        return self.apply(pd.DataFrame({name: pd.Series(list(column), dtype=object) for name, column in columns}))

    def apply_keeping(self, table: pd.DataFrame, folder: Path) -> NDArray[Any]:
        """As `apply`; what takes long to compute may be kept below `folder`, for other rows and other studies."""
        return self.apply(table)

    @property
    def packages(self) -> tuple[str, ...]:
        """Packages that `apply` needs beside those of every model."""
        return ()

    @property
    def files(self) -> Mapping[str, Path]:
        """Files that `apply` reads, by their names below the kind's folder in a model bundle."""
        return {}

    def with_files(self, folder: Path) -> Self:
        """The same, which reads its files below `folder`."""
        return self

    def read_files(self) -> None:
        """Read the files, if there are any, so that `apply` has them at hand.

        Raises:
            MtlError: they are not those that were there when this was fitted.
        """
        return

    def design(self, table: pd.DataFrame, array: NDArray[Any]) -> Iterator[DesignBlock]:
        """What models that are no networks read of the rows of `table`, of which `apply` made `array`."""
        yield block_of(array)

    @abstractmethod
    def shape(self, model: "ModelSpec") -> PartShape:
        """The shape of the kind's part of the encoder."""
