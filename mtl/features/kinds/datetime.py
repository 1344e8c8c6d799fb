"""Dates and times."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from typing_extensions import override

from mtl.extensions import FEATURES
from mtl.features.cells import DATE, Cell
from mtl.features.columns import Columns
from mtl.features.feature import Holds
from mtl.features.plain import PlainFeature
from mtl.features.spread import spread
from mtl.names import read_times

if TYPE_CHECKING:
    from mtl.spec import ModelSpec

DAY = pd.Timedelta(days=1)
EPOCH = pd.Timestamp("1970-01-01").as_unit("s")
"""Not in nanoseconds, which reach the year 2262 alone."""


@dataclass(frozen=True)
class DatetimeColumn:
    """A time: standardised days, sine and cosine of its place in each cycle; 0 where missing; optionally an indicator.

    Attributes:
        mean: of the training side's times, in days since 1970.
        scale: their standard deviation, in days; 0 where all are the same, or missing: then no later one counts.
        cycles: of year, week and day, those in which the training side's times differ.
        indicates_missing: whether the training side has rows with and rows without a value.
    """

    mean: float
    scale: float
    cycles: tuple[str, ...]
    indicates_missing: bool

    def numbers(self, column: pd.Series) -> Iterator[NDArray[np.float64]]:
        """Each number of the rows, [N]."""
        times = read_times(column)
        missing = times.isna().to_numpy()
        yield np.where(missing, 0.0, (_days(times) - self.mean) / self.scale) if self.scale else np.zeros(len(times))
        for place in (_places(times)[cycle] for cycle in self.cycles):
            angle = 2 * np.pi * place
            yield np.where(missing, 0.0, np.sin(angle))
            yield np.where(missing, 0.0, np.cos(angle))
        if self.indicates_missing:
            yield missing.astype(np.float64)


@FEATURES.register
@final
@dataclass(frozen=True)
class Datetime(PlainFeature):
    """ISO 8601 dates or times: days, standardised, and the season, the weekday and the hour as sine and cosine.

    Times with a zone are read in UTC, and so are those without. A missing one is 0 throughout, with an indicator.
    """

    holds: ClassVar[Holds] = "dates"
    cell: ClassVar[Cell] = DATE
    fitted: tuple[DatetimeColumn, ...]

    @override
    @classmethod
    def fit(cls, columns: Sequence[str], training: Columns, model: "ModelSpec") -> Self:
        return cls(tuple(columns), tuple(_fit(read_times(training[name])) for name in columns))

    @override
    def apply(self, table: pd.DataFrame) -> NDArray[np.float32]:
        pairs = zip(self.columns, self.fitted, strict=True)
        numbers = [number for name, column in pairs for number in column.numbers(table[name])]
        return np.column_stack(numbers).astype(np.float32)


def _fit(times: pd.Series) -> DatetimeColumn:
    known = times.dropna()
    if known.empty:
        return DatetimeColumn(0.0, 0.0, (), False)
    cycles = tuple(cycle for cycle, places in _places(known).items() if spread(places))
    days = _days(known)
    return DatetimeColumn(float(days.mean()), spread(days), cycles, len(known) < len(times))


def _days(times: pd.Series) -> NDArray[np.float64]:
    """Days since 1970, NaN where missing."""
    return np.asarray((times - EPOCH) / DAY, dtype=np.float64)


def _places(times: pd.Series) -> Mapping[str, NDArray[np.float64]]:
    """Where each time stands in a year, in a week (of whole days) and in a day, as a share of it; NaN where missing."""
    parts = times.dt
    return {
        "year": (parts.day_of_year.to_numpy(dtype=np.float64) - 1) / 366,
        "week": parts.day_of_week.to_numpy(dtype=np.float64) / 7,
        "day": np.asarray((times - parts.normalize()) / DAY, dtype=np.float64),
    }
