"""What a kind of feature gives to models that are no networks: numbers, codes of categories, or texts."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Numbers:
    """float64 [N, w], NaN where missing."""

    values: NDArray[np.float64]

    def rows(self, index: NDArray[Any]) -> "Numbers":
        """The rows at `index`."""
        return Numbers(self.values[index])


@dataclass(frozen=True, eq=False)
class Codes:
    """Codes of categories that are equal or not, integers [N, w]; 0 where missing or unknown."""

    values: NDArray[np.integer]

    def rows(self, index: NDArray[Any]) -> "Codes":
        """The rows at `index`."""
        return Codes(self.values[index])


@dataclass(frozen=True, eq=False)
class Texts:
    """One text a row, [N]; empty where missing."""

    values: NDArray[np.object_]

    def rows(self, index: NDArray[Any]) -> "Texts":
        """The rows at `index`."""
        return Texts(self.values[index])


DesignBlock: TypeAlias = Numbers | Codes | Texts


def block_of(array: NDArray[Any]) -> DesignBlock:
    """A fitted array as a block: integers are codes, other numbers are what they are."""
    return Codes(array) if np.issubdtype(array.dtype, np.integer) else Numbers(array.astype(np.float64))
