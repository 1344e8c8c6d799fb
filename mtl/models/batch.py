"""Encoder inputs as tensors: the rows that are stored, and batches of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from mtl.features.inputs import Inputs


@dataclass(frozen=True)
class Batch:
    """Encoder inputs as tensors [B, w] by the kind of feature: numbers as float32, codes as int64."""

    arrays: Mapping[str, Tensor]

    def rows(self, index: Tensor | slice) -> "Batch":
        """The rows at `index`."""
        return Batch({kind: array[index] for kind, array in self.arrays.items()})

    def to(self, device: torch.device) -> "Batch":
        """The same rows on a device."""
        return Batch({kind: array.to(device) for kind, array in self.arrays.items()})


class StoredRows:
    """All rows of some inputs, as they are stored: on disk, if memory-mapped. Batches of chosen rows are copies."""

    def __init__(self, inputs: Inputs) -> None:
        self._arrays = {kind: _view(array) for kind, array in inputs.arrays.items()}
        self._length = len(inputs)

    def __len__(self) -> int:
        """N."""
        return self._length

    def batch(self, index: Tensor | slice) -> Batch:
        """The rows at `index`."""
        return Batch({kind: _looked_up(array[index]) for kind, array in self._arrays.items()})

    def chunks(self, size: int) -> Iterator[Batch]:
        """Every row once, in order; one empty batch where there is no row."""
        for start in range(0, max(len(self), 1), size):
            yield self.batch(slice(start, start + size))


def to_batch(inputs: Inputs) -> Batch:
    """All rows as one batch of tensors."""
    return StoredRows(inputs).batch(slice(None))


def _looked_up(array: Tensor) -> Tensor:
    """Numbers as they are; codes in the type that PyTorch looks up."""
    return array if array.is_floating_point() else array.long()


def _view(array: NDArray[Any]) -> Tensor:
    """A tensor on the array's own memory, if it may be written to: PyTorch knows no other."""
    return torch.from_numpy(array if array.flags.writeable else array.copy())
