"""Numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from typing_extensions import override

from mtl.extensions import FEATURES
from mtl.features.cells import NUMBER, Cell
from mtl.features.feature import Holds
from mtl.features.plain import PlainFeature
from mtl.features.spread import spread
from mtl.names import read_numbers

if TYPE_CHECKING:
    from mtl.spec import ModelSpec


@dataclass(frozen=True)
class NumericColumn:
    """A number: missing values become the training median, then (x − mean) / scale; optionally a missing indicator.

    Attributes:
        scale: standard deviation on the training side; 0 where all its values are the same, or missing. Such a column
            teaches nothing, and its weights stay as they were drawn: it is 0 for every row, whatever comes later.
        indicates_missing: whether the training side has rows with and rows without a value.
    """

    median: float
    mean: float
    scale: float
    indicates_missing: bool


@FEATURES.register
@final
@dataclass(frozen=True)
class Numeric(PlainFeature):
    """Numbers, standardised; a missing one becomes the training side's median, with an indicator beside it.

    The array: first all numbers, then the indicators of the columns that have one.
    """

    holds: ClassVar[Holds] = "numbers"
    cell: ClassVar[Cell] = NUMBER
    fitted: tuple[NumericColumn, ...]

    @override
    @classmethod
    def fit(cls, columns: Sequence[str], training: pd.DataFrame, model: "ModelSpec") -> Self:
        return cls(tuple(columns), tuple(_fit(read_numbers(training[name])) for name in columns))

    @property
    @override
    def width(self) -> int:
        return len(self.fitted) + sum(column.indicates_missing for column in self.fitted)

    @override
    def apply(self, table: pd.DataFrame) -> NDArray[np.float32]:
        out = np.zeros((len(table), self.width), dtype=np.float32)
        indicator = len(self.fitted)
        for position, (name, column) in enumerate(zip(self.columns, self.fitted, strict=True)):
            values = read_numbers(table[name])
            missing = np.isnan(values)
            if column.scale:
                out[:, position] = (np.where(missing, column.median, values) - column.mean) / column.scale
            if column.indicates_missing:
                out[:, indicator] = missing
                indicator += 1
        return out


def _fit(values: NDArray[np.float64]) -> NumericColumn:
    missing = np.isnan(values)
    if missing.all():
        return NumericColumn(0.0, 0.0, 0.0, False)
    median = float(np.nanmedian(values))
    filled = np.where(missing, median, values)
    return NumericColumn(median, float(filled.mean()), spread(filled), bool(missing.any()))
