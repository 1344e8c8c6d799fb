"""Truth values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from typing_extensions import override

from mtl.extensions import FEATURES
from mtl.features.cells import TRUTH, Cell
from mtl.features.columns import Columns
from mtl.features.design_blocks import DesignBlock, Numbers
from mtl.features.feature import Cells, Holds
from mtl.features.plain import PlainFeature
from mtl.names import read_truth_values

if TYPE_CHECKING:
    from mtl.spec import ModelSpec


@dataclass(frozen=True)
class BooleanColumn:
    """A truth value: 1, 0, or the training side's share of 1 where missing; optionally a missing indicator.

    Attributes:
        share: of the training side's known values, those that are true; 0 where none is known.
        indicates_missing: whether the training side has rows with and rows without a value.
    """

    share: float
    indicates_missing: bool


@FEATURES.register
@final
@dataclass(frozen=True)
class Boolean(PlainFeature):
    """Truth values: true or 1, false or 0; a missing one becomes the share of the true, with an indicator beside it."""

    holds: ClassVar[Holds] = "truth values"
    cell: ClassVar[Cell] = TRUTH
    fitted: tuple[BooleanColumn, ...]

    @override
    @classmethod
    def fit(cls, columns: Sequence[str], training: Columns, model: "ModelSpec") -> Self:
        return cls(tuple(columns), tuple(_fit(read_truth_values(training[name])) for name in columns))

    @override
    def apply(self, table: pd.DataFrame) -> NDArray[np.float32]:
        parts: list[NDArray[np.float64]] = []
        for name, column in zip(self.columns, self.fitted, strict=True):
            values = read_truth_values(table[name])
            missing = np.isnan(values)
            parts.append(np.where(missing, column.share, values))
            parts.extend([missing.astype(np.float64)] if column.indicates_missing else [])
        return np.column_stack(parts).astype(np.float32)

    @override
    def apply_cells(self, cells: Cells) -> NDArray[np.float32]:
        values = np.asarray(cells, dtype=np.float64)
        missing = np.isnan(values)
        filled = np.where(missing, self.shares, values)
        return np.concatenate([filled, missing], axis=1)[:, self.order].astype(np.float32)

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """What stands for a missing value of each column."""
        return np.array([column.share for column in self.fitted])

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """Each value with its indicator, if it has one, right behind it, out of all values and then all indicators."""
        places = enumerate(self.fitted)
        pairs = [[k, k + len(self.fitted)] if column.indicates_missing else [k] for k, column in places]
        return np.array([place for pair in pairs for place in pair], dtype=np.intp)

    @override
    def design(self, table: pd.DataFrame, array: NDArray[Any]) -> Iterator[DesignBlock]:
        """The cells as they are, NaN where missing."""
        yield Numbers(np.column_stack([read_truth_values(table[name]) for name in self.columns]))


def _fit(values: NDArray[np.float64]) -> BooleanColumn:
    known = values[~np.isnan(values)]
    share = float(known.mean()) if len(known) else 0.0
    return BooleanColumn(share, 0 < len(known) < len(values))
