"""From blocks of rows to one matrix: what each block becomes is fitted on training rows and kept with the model."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Generic, TypeAlias, TypeVar

from mtl.baselines.design.design_rows import DesignRows

BlockT = TypeVar("BlockT")
Matrix: TypeAlias = Any
"""A matrix, NumPy's or a sparse one of SciPy's, which has no types."""


class Part(ABC, Generic[BlockT]):
    """What one block becomes."""

    @abstractmethod
    def fit(self, block: BlockT) -> Matrix:
        """Fit on training rows, and give their columns, [N, w]."""

    @abstractmethod
    def apply(self, block: BlockT) -> Matrix:
        """The columns of any rows, [N, w]."""

    def categorical(self, width: int) -> list[bool]:
        """Of each of the columns, whether it holds codes of categories."""
        return [False] * width


class Design:
    """Rows as one matrix [N, D].

    Attributes:
        part_for: what a block becomes.
        parts: what the blocks of training rows have become, in their order; none before it is fitted.
        categorical: of each column, whether it holds codes of categories; known once it is fitted.
    """

    def __init__(self, part_for: Callable[[object], Part[Any]], side_by_side: Callable[[list[Matrix]], Matrix]) -> None:
        """`part_for`: what a block becomes. `side_by_side`: columns to a matrix."""
        self.part_for, self._side_by_side = part_for, side_by_side
        self.parts: list[Part[Any]] = []
        self.categorical: list[bool] = []

    def fit(self, training: DesignRows) -> Matrix:
        """Fit on training rows, and give their matrix."""
        self.parts = [self.part_for(block) for block in training.blocks]
        columns = [part.fit(block) for part, block in zip(self.parts, training.blocks, strict=True)]
        pairs = zip(self.parts, columns, strict=True)
        self.categorical = [flag for part, each in pairs for flag in part.categorical(each.shape[1])]
        return self._side_by_side(columns)

    def apply(self, rows: DesignRows) -> Matrix:
        """The matrix of any rows."""
        return self._side_by_side([part.apply(block) for part, block in zip(self.parts, rows.blocks, strict=True)])
