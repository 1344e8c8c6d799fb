"""Rows as linear models read them: standardised numbers, indicators of gaps, categories one by one, word weights."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from typing_extensions import override

from mtl.baselines.design.matrix import Design, Matrix, Part
from mtl.baselines.design.word_weights import WordWeights
from mtl.features.design_blocks import Codes, Numbers, Texts
from mtl.features.robust_scale import robust_scale
from mtl.features.spread import ROUNDING

FloatArray = NDArray[np.float64]

WIDEST = 500
"""Columns up to which a matrix is kept dense."""


def linear_design() -> Design:
    """float64 [N, D]; sparse where there are many columns."""
    return Design(_part_for, _side_by_side)


def _side_by_side(columns: list[Matrix]) -> Matrix:
    joined = hstack([csr_matrix(each) for each in columns], format="csr")
    return joined.toarray() if joined.shape[1] <= WIDEST else joined


def _part_for(block: object) -> Part[Any]:
    match block:
        case Numbers():
            return _Standardised()
        case Codes():
            return _OneByOne()
        case Texts():
            return _Words()
        case _:
            raise TypeError(f"no block of a design: {block!r}")


class _Standardised(Part[Numbers]):
    """(x − mean) / scale of the known values, 0 where missing, and an indicator where some are missing in training.

    A number further than `FURTHEST` robust scales from the median counts as that far, in the mean and the scale, too:
    one cell of 1e9 destroys nothing.
    """

    FURTHEST = 10.0

    @override
    def fit(self, block: Numbers) -> FloatArray:
        missing = np.isnan(block.values)
        self._reach = np.array([_reach(column[~np.isnan(column)], self.FURTHEST) for column in block.values.T]).T
        kept = block.values.clip(*self._reach)
        counts = np.maximum((~missing).sum(axis=0), 1)
        self._mean = np.where(missing, 0.0, kept).sum(axis=0) / counts
        spread = np.sqrt((np.where(missing, 0.0, kept - self._mean) ** 2).sum(axis=0) / counts)
        self._scale = np.where(spread > ROUNDING * np.abs(self._mean), spread, np.inf)
        self._indicated = missing.any(axis=0) & ~missing.all(axis=0)
        return self.apply(block)

    @override
    def apply(self, block: Numbers) -> FloatArray:
        missing = np.isnan(block.values)
        standardised = (block.values.clip(*self._reach) - self._mean) / self._scale
        return np.hstack([np.where(missing, 0.0, standardised), missing[:, self._indicated].astype(np.float64)])


def _reach(known: FloatArray, furthest: float) -> tuple[float, float]:
    """So far from the median numbers are told apart."""
    if not len(known):
        return 0.0, 0.0
    median = float(np.median(known))
    distance = furthest * robust_scale(known, median)
    return median - distance, median + distance


class _OneByOne(Part[Codes]):
    """A column for each category of training; none for what is unknown."""

    @override
    def fit(self, block: Codes) -> Matrix:
        self._known = [np.unique(column[column != 0]) for column in block.values.T]
        return self.apply(block)

    @override
    def apply(self, block: Codes) -> Matrix:
        return hstack([_ones(column, known) for column, known in zip(block.values.T, self._known, strict=True)])


def _ones(column: NDArray[Any], known: NDArray[Any]) -> Matrix:
    position = np.searchsorted(known, column).clip(max=max(len(known) - 1, 0))
    rows = np.flatnonzero(known[position] == column) if len(known) else np.zeros(0, dtype=np.int64)
    return csr_matrix((np.ones(len(rows)), (rows, position[rows])), shape=(len(column), len(known)))


class _Words(Part[Texts]):
    """TF-IDF of words and pairs."""

    @override
    def fit(self, block: Texts) -> Matrix:
        self._words = WordWeights()
        return self._words.fit(block.values)

    @override
    def apply(self, block: Texts) -> Matrix:
        return self._words.weigh(block.values)
