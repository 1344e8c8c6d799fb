"""Numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from typing_extensions import override

from mtl.extensions import FEATURES
from mtl.features.cells import NUMBER, Cell
from mtl.features.columns import Columns
from mtl.features.design_blocks import DesignBlock, Numbers
from mtl.features.feature import Cells, Holds, PartShape
from mtl.features.numeric_embedding import EmbeddedShape, NumericEmbedding
from mtl.features.plain import PlainFeature, PlainShape
from mtl.features.robust_scale import robust_scale, smoothly_clipped
from mtl.names import read_numbers
from mtl.options import make

if TYPE_CHECKING:
    from mtl.spec import ModelSpec


LIMIT = 3.0
"""A number is less than this, whatever its cell holds (Holzmüller et al. 2024)."""


@dataclass(frozen=True)
class NumericColumn:
    """A number: missing values become the training median, then (x − center) / scale, smoothly clipped.

    Attributes:
        median: of the training side's known values.
        center: what becomes 0: the median.
        scale: how far the training side's known values lie apart; 0 where all are the same, or missing. Such a column
            teaches nothing, and its weights stay as they were drawn: it is 0 for every row, whatever comes later.
        limit: what no number exceeds. None for columns that were standardised, by mean and standard deviation, before
            there was one.
        indicates_missing: whether the training side has rows with and rows without a value.
        knots: what an embedding remembers of the training side's scaled values.
    """

    median: float
    center: float
    scale: float
    limit: float | None
    indicates_missing: bool
    knots: tuple[float, ...] = ()

    def scaled(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values [N], NaN where missing, as the network reads them."""
        if not self.scale:
            return np.zeros(len(values))
        known = np.where(np.isnan(values), self.median, values)
        return smoothly_clipped(known - self.center, self.scale, self.limit)


@dataclass(frozen=True, eq=False)
class Scales:
    """What numbers are scaled by, for all columns at once, [C] each.

    Attributes:
        limits: infinite where there is none.
        widths: the scales, 1 where a column counts for nothing.
        constant: positions of the columns that are 0 for every row.
        indicators: positions of the columns that have one; a slice where all have.
    """

    medians: NDArray[np.float64]
    centers: NDArray[np.float64]
    limits: NDArray[np.float64]
    widths: NDArray[np.float64]
    constant: NDArray[np.intp]
    indicators: NDArray[np.intp] | slice

    @classmethod
    def of(cls, fitted: Sequence[NumericColumn]) -> Self:
        """Those of fitted columns."""
        indicated = [k for k, column in enumerate(fitted) if column.indicates_missing]
        return cls(
            np.array([column.median for column in fitted]),
            np.array([column.center for column in fitted]),
            np.array([column.limit or np.inf for column in fitted]),
            np.array([column.scale or 1.0 for column in fitted]),
            np.array([k for k, column in enumerate(fitted) if not column.scale], dtype=np.intp),
            slice(None) if len(indicated) == len(fitted) else np.array(indicated, dtype=np.intp),
        )


@FEATURES.register
@final
@dataclass(frozen=True)
class Numeric(PlainFeature):
    """Numbers, scaled by quartiles and clipped smoothly; a missing one becomes the median, with an indicator beside it.

    The array: first all numbers, then the indicators of the columns that have one.
    """

    holds: ClassVar[Holds] = "numbers"
    cell: ClassVar[Cell] = NUMBER
    part_shape: ClassVar[Any] = PlainShape | EmbeddedShape
    fitted: tuple[NumericColumn, ...]

    @override
    @classmethod
    def fit(cls, columns: Sequence[str], training: Columns, model: "ModelSpec") -> Self:
        embedding = _embedding(model)
        return cls(tuple(columns), tuple(_fit(read_numbers(training[name]), embedding) for name in columns))

    @override
    @classmethod
    def settings(cls, model: "ModelSpec") -> object:
        return model.numeric_embedding and model.numeric_embedding.label

    @property
    @override
    def width(self) -> int:
        return len(self.fitted) + self._indicators

    @property
    def _indicators(self) -> int:
        return sum(column.indicates_missing for column in self.fitted)

    @override
    def shape(self, model: "ModelSpec") -> PartShape:
        embedding = _embedding(model)
        if embedding is None:
            return super().shape(model)
        return EmbeddedShape(embedding, tuple(column.knots for column in self.fitted), self._indicators)

    @override
    def apply(self, table: pd.DataFrame) -> NDArray[np.float32]:
        out = np.zeros((len(table), self.width), dtype=np.float32)
        indicator = len(self.fitted)
        for position, (name, column) in enumerate(zip(self.columns, self.fitted, strict=True)):
            values = read_numbers(table[name])
            out[:, position] = column.scaled(values)
            if column.indicates_missing:
                out[:, indicator] = np.isnan(values)
                indicator += 1
        return out

    @override
    def apply_cells(self, cells: Cells) -> NDArray[np.float32]:
        values, scales = np.asarray(cells, dtype=np.float64), self.scales
        missing = np.isnan(values)
        distances = np.where(missing, scales.medians, values) - scales.centers
        # As in `smoothly_clipped`: without a limit, the second side is 0.
        numbers = distances / np.hypot(scales.widths, distances / scales.limits)
        if len(scales.constant):
            numbers[:, scales.constant] = 0.0
        return np.concatenate([numbers, missing[:, scales.indicators]], axis=1, dtype=np.float32, casting="same_kind")

    @cached_property
    def scales(self) -> Scales:
        """What the columns are scaled by."""
        return Scales.of(self.fitted)

    @override
    def design(self, table: pd.DataFrame, array: NDArray[Any]) -> Iterator[DesignBlock]:
        """The cells as they are, NaN where missing."""
        yield Numbers(np.column_stack([read_numbers(table[name]) for name in self.columns]))


def _embedding(model: "ModelSpec") -> NumericEmbedding | None:
    entry = model.numeric_embedding
    return make(entry.kind, entry.options) if entry else None


def _fit(values: NDArray[np.float64], embedding: NumericEmbedding | None) -> NumericColumn:
    known = values[~np.isnan(values)]
    if not len(known):
        return NumericColumn(0.0, 0.0, 0.0, LIMIT, False)
    median = float(np.median(known))
    column = NumericColumn(median, median, robust_scale(known, median), LIMIT, len(known) < len(values))
    return replace(column, knots=embedding.knots(column.scaled(known))) if embedding else column
