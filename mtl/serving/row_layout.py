"""The columns of a bundle in the order in which rows are read, and rows that have been read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.data.transforms import Transforms
from mtl.features.feature import Cells, Feature

PLAIN_NUMBERS = frozenset({float, int, bool, type(None)})
"""What JSON has for the cell of a number."""

Row = Sequence[object]
"""The cells of a row, in the layout's order."""


@dataclass(frozen=True, eq=False)
class TypedRows:
    """Rows whose cells have been read.

    Attributes:
        numbers: float64 [N, columns of numbers], NaN where missing.
        strings: the other columns, N texts or None each.
    """

    numbers: NDArray[np.float64]
    strings: tuple[Sequence[str | None], ...] = ()

    def __len__(self) -> int:
        """N."""
        return len(self.numbers)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The rows of all, in order; at least one part."""
        if len(parts) == 1:
            return parts[0]
        numbers = np.concatenate([part.numbers for part in parts])
        columns = zip(*(part.strings for part in parts), strict=True)
        return cls(numbers, tuple([cell for column in each for cell in column] for each in columns))


@dataclass(frozen=True, eq=False)
class RowLayout:
    """Columns of numbers first, then the others; those of a kind of feature side by side."""

    features: Mapping[str, Feature]

    @classmethod
    def of(cls, transforms: Transforms) -> Self:
        """That of fitted features."""
        return cls(dict(sorted(transforms.features.items(), key=lambda item: item[1].cell.type)))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns, in order."""
        return tuple(name for feature in self.features.values() for name in feature.columns)

    @cached_property
    def places(self) -> Mapping[str, slice]:
        """Where the columns of each kind lie."""
        ends = reduce(lambda ends, feature: [*ends, ends[-1] + len(feature.columns)], self.features.values(), [0])
        return {kind: slice(*ends[k : k + 2]) for k, kind in enumerate(self.features)}

    @cached_property
    def num_numbers(self) -> int:
        """How many columns of numbers there are."""
        return sum(len(feature.columns) for feature in self.features.values() if feature.cell.type == "number")

    def read(self, rows: Sequence[Row]) -> TypedRows | None:
        """Rows of cells as JSON has them, at least one; None where a cell must be looked at by itself."""
        if self.num_numbers == len(self.names):  # computed, since it is so for many models, in half the time
            numbers = self._numbers(rows)
            return None if numbers is None else TypedRows(numbers)
        if any(len(row) != len(self.names) for row in rows):
            return None
        columns = list(zip(*rows, strict=True))
        strings = self._strings(columns)
        numbers = self._numbers(list(zip(*columns[: self.num_numbers], strict=True)) or [()] * len(rows))
        return None if numbers is None or strings is None else TypedRows(numbers, strings)

    def table(self, rows: TypedRows) -> pd.DataFrame:
        """The rows as a bundle reads them."""
        numbers = dict(zip(self.names[: self.num_numbers], rows.numbers.T, strict=True))
        texts = dict(zip(self.names[self.num_numbers :], rows.strings, strict=True))
        return pd.DataFrame(
            {**numbers, **{name: pd.Series(list(cells), dtype=object) for name, cells in texts.items()}}
        )

    def arrays(self, rows: TypedRows) -> dict[str, NDArray[Any]]:
        """What the encoder reads, by the kind of feature."""
        numbers, strings, before = rows.numbers, rows.strings, self.num_numbers
        return {
            kind: apply(numbers[:, start:stop] if stop <= before else strings[start - before : stop - before])
            for kind, apply, start, stop in self._applied
        }

    @cached_property
    def _applied(self) -> list[tuple[str, Callable[[Cells], NDArray[Any]], int, int]]:
        """What makes the array of each kind, and of which columns."""
        places = self.places
        return [(kind, each.apply_cells, places[kind].start, places[kind].stop) for kind, each in self.features.items()]

    def _numbers(self, rows: Sequence[Row]) -> NDArray[np.float64] | None:
        for row in rows:
            if not PLAIN_NUMBERS.issuperset(map(type, row)):  # NumPy would read '44' as a number
                return None
        try:
            numbers = np.array(rows, dtype=np.float64)
        except (ValueError, OverflowError):  # rows of several lengths; a number beyond float64
            return None
        if numbers.shape != (len(rows), self.num_numbers) or not self.all_read(numbers):
            return None
        return numbers

    def all_read(self, numbers: NDArray[np.float64]) -> bool:
        """Whether all cells [N, columns of numbers], NaN where missing, are read as they are."""
        return all(all_read(numbers[:, place]) for all_read, place in self._looks)

    @cached_property
    def _looks(self) -> list[tuple[Callable[[NDArray[np.float64]], bool], slice]]:
        """What looks at the cells of each kind of numbers."""
        items = self.features.items()
        return [(each.cell.all_read, self.places[kind]) for kind, each in items if each.cell.type == "number"]

    def _strings(self, columns: Sequence[Row]) -> tuple[Sequence[str | None], ...] | None:
        read = [
            feature.cell.read_all(column)
            for kind, feature in self.features.items()
            if feature.cell.type == "string"
            for column in columns[self.places[kind]]
        ]
        known = tuple(column for column in read if column is not None)
        return known if len(known) == len(read) else None
