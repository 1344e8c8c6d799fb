"""What the encoder reads: an array for each kind of features."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True)
class Inputs:
    """What the encoder reads, one row per example.

    Attributes:
        arrays: float32 or int32 [N, w] by the kind of feature; at least one.
    """

    arrays: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        """N."""
        return len(next(iter(self.arrays.values())))

    def rows(self, index: NDArray[Any] | slice) -> "Inputs":
        """The rows at `index`."""
        return Inputs({kind: array[index] for kind, array in self.arrays.items()})
