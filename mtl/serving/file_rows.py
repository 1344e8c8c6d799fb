"""Rows of a file → what a bundle made ready reads, with the cells of a request: what is none is refused by its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types
from pandas.api.extensions import ExtensionDtype

from mtl.errors import DataError
from mtl.features.cells import Cell
from mtl.names import LARGEST, canonical_names, coded_names, read_numbers
from mtl.serving.bundle import Bundle
from mtl.serving.request_body import RawTable, RequestError
from mtl.serving.request_rows import validate
from mtl.serving.row_layout import RowLayout, TypedRows

OF_NUMBERS = frozenset({"integer", "floating", "mixed-integer-float", "decimal", "boolean"})
"""What pandas finds in a column of objects that are numbers."""


@dataclass(frozen=True, eq=False)
class FileRows:
    """How rows of one file are read.

    Attributes:
        file: its name, for messages.
        spelled: whether all its cells are text.
    """

    bundle: Bundle
    layout: RowLayout
    file: str
    spelled: bool

    def read(self, table: pd.DataFrame, first: int) -> TypedRows:
        """The rows of a table, the first of which is row `first` of the file.

        As in training, a number that float32 cannot hold counts as missing.
        Raises DataError that names the column and the row of a cell that the model cannot read.
        """
        names = self.layout.names
        numbers = self._numbers(table[list(names[: self.layout.num_numbers])])
        strings = self._strings(table[list(names[self.layout.num_numbers :])])
        if numbers is None or strings is None:
            return self._one_by_one(table, first)
        return TypedRows(numbers, strings)

    def _numbers(self, table: pd.DataFrame) -> NDArray[np.float64] | None:
        """None where a cell must be looked at by itself."""
        if not all(_holds_numbers(dtype) for dtype in table.dtypes):
            return None
        numbers = _bounded(table.to_numpy(dtype=np.float64, na_value=np.nan))
        return numbers if self.layout.all_read(numbers) else None

    def _strings(self, table: pd.DataFrame) -> tuple[Sequence[str | None], ...] | None:
        cells = {column.name: column.cell for column in self.bundle.columns}
        read = [_all_read(cells[str(name)], column) for name, column in table.items()]
        known = tuple(column for column in read if column is not None)
        return known if len(known) == len(read) else None

    def _one_by_one(self, table: pd.DataFrame, first: int) -> TypedRows:
        columns = self.bundle.columns
        cells = {column.name: _cells(table[column.name], column.cell.type == "number") for column in columns}
        try:
            read = validate(RawTable(cells, self.spelled), columns, first=first)
        except RequestError as error:
            raise DataError(f"'{self.file}': {error}, counted from 0; nothing was predicted of that row") from error
        names, count = self.layout.names, self.layout.num_numbers
        numbers = read[list(names[:count])].to_numpy(dtype=np.float64)
        return TypedRows(numbers, tuple(read[name].tolist() for name in names[count:]))


def _all_read(cell: Cell, column: pd.Series) -> list[str | None] | None:
    """A column's cells, each looked at once, however many rows have it; None where one must be looked at by itself."""
    codes, names = coded_names(column)
    read = cell.read_all(names)
    if read is None:
        return None
    strings: list[str | None] = np.array([*read, None], dtype=object)[codes].tolist()
    return strings


def _holds_numbers(dtype: np.dtype[Any] | ExtensionDtype) -> bool:
    """Whether NumPy makes floats of all cells, NaN of what is missing; pandas misreads Arrow's decimals."""
    return types.is_numeric_dtype(dtype) and not types.is_complex_dtype(dtype) and not isinstance(dtype, pd.ArrowDtype)


def _bounded(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        beyond = np.abs(numbers) > LARGEST
    return np.where(beyond, np.nan, numbers) if beyond.any() else numbers


def _cells(column: pd.Series, numbers: bool) -> list[object]:
    if not numbers:
        return list(canonical_names(column))
    if _holds_numbers(column.dtype) or types.infer_dtype(column, skipna=True) in OF_NUMBERS:
        column = pd.Series(read_numbers(column))
    return [None if missing else cell for cell, missing in zip(column.tolist(), column.isna(), strict=True)]
