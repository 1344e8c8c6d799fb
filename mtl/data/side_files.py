"""The arrays of a side, written some rows at a time: of what is mapped into memory, all that is written stays there."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray


class SideFiles:
    """The files of a side's arrays, which hold the same bytes as those that `numpy.save` writes of all rows at once."""

    def __init__(self, folder: Path, rows: int) -> None:
        """`rows`: of each array, all of which are to be appended."""
        self._folder, self._rows = folder, rows
        self._files: dict[str, BinaryIO] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Files are made when they are first written to."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close them."""
        self._open.close()

    def append(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Add rows to the array of each name."""
        for name, array in arrays.items():
            rows = np.ascontiguousarray(array)
            if name not in self._files:
                self._files[name] = self._begun(name, rows)
            rows.tofile(self._files[name])

    def _begun(self, name: str, like: NDArray[Any]) -> BinaryIO:
        path = self._folder / f"{name}.npy"
        path.parent.mkdir(parents=True, exist_ok=True)
        file = self._open.enter_context(path.open("wb"))
        header = {
            "descr": npy.dtype_to_descr(like.dtype),
            "fortran_order": False,
            "shape": (self._rows, *like.shape[1:]),
        }
        npy.write_array_header_1_0(file, header)
        file.flush()
        return file
