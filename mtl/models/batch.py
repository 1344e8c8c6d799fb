"""Encoder inputs as tensors: the rows that are stored, and batches of them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from numpy.typing import NDArray
from torch import Tensor

from mtl.data.transforms import Inputs


class Batch(NamedTuple):
    """Encoder inputs as tensors: numeric float32 [B, F], codes int64 [B, C], tokens int64 [B, T]."""

    numeric: Tensor
    codes: Tensor
    tokens: Tensor

    def rows(self, index: Tensor | slice) -> "Batch":
        """The rows at `index`."""
        return Batch(self.numeric[index], self.codes[index], self.tokens[index])

    def to(self, device: torch.device) -> "Batch":
        """The same rows on a device."""
        return Batch(self.numeric.to(device), self.codes.to(device), self.tokens.to(device))


class StoredRows:
    """All rows of some inputs, as they are stored: on disk, if memory-mapped. Batches of chosen rows are copies."""

    def __init__(self, inputs: Inputs) -> None:
        self._numeric, self._codes, self._tokens = (
            _view(array) for array in (inputs.numeric, inputs.codes, inputs.tokens)
        )

    def __len__(self) -> int:
        """N."""
        return len(self._numeric)

    def batch(self, index: Tensor | slice) -> Batch:
        """The rows at `index`."""
        return Batch(self._numeric[index], self._codes[index].long(), self._tokens[index].long())

    def chunks(self, size: int) -> Iterator[Batch]:
        """Every row once, in order; one empty batch where there is no row."""
        for start in range(0, max(len(self), 1), size):
            yield self.batch(slice(start, start + size))


def to_batch(inputs: Inputs) -> Batch:
    """All rows as one batch of tensors."""
    return StoredRows(inputs).batch(slice(None))


def _view(array: NDArray[Any]) -> Tensor:
    """A tensor on the array's own memory, if it may be written to: PyTorch knows no other."""
    return torch.from_numpy(array if array.flags.writeable else array.copy())
