"""Rows as trees read them: numbers with gaps, codes of categories, and a few numbers of each text."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from typing_extensions import override

from mtl.baselines.design.matrix import Design, Matrix, Part
from mtl.baselines.design.word_weights import WordWeights
from mtl.features.design_blocks import Codes, Numbers, Texts

FloatArray = NDArray[np.float64]

MOST_CODES = 255
"""Categories of a column that histograms can tell apart; with more, each becomes its frequency in training."""

TEXT_NUMBERS = 64
"""Numbers that a text becomes: along the directions in which its words vary most together."""


def tree_design() -> Design:
    """float64 [N, D], NaN where missing; categories as codes from 0 on."""
    return Design(_part_for, np.hstack)


def _part_for(block: object) -> Part[Any]:
    match block:
        case Numbers():
            return _Gaps()
        case Codes():
            return _Categories()
        case Texts():
            return _Directions()
        case _:
            raise TypeError(f"no block of a design: {block!r}")


class _Gaps(Part[Numbers]):
    """Numbers as they are; of a column that training does not know, 0."""

    @override
    def fit(self, block: Numbers) -> FloatArray:
        self._known = ~np.isnan(block.values).all(axis=0)
        return self.apply(block)

    @override
    def apply(self, block: Numbers) -> FloatArray:
        return np.where(self._known, block.values, 0.0)


class _Categories(Part[Codes]):
    """Each code as its position among those of training, NaN where unknown; or as its frequency."""

    @override
    def fit(self, block: Codes) -> FloatArray:
        counted = [np.unique(column[column != 0], return_counts=True) for column in block.values.T]
        self._known = [(codes, counts / len(block.values)) for codes, counts in counted]
        return self.apply(block)

    @override
    def apply(self, block: Codes) -> FloatArray:
        pairs = zip(block.values.T, self._known, strict=True)
        return np.column_stack([_placed(column, *known) for column, known in pairs])

    @override
    def categorical(self, width: int) -> list[bool]:
        return [0 < len(codes) <= MOST_CODES for codes, _ in self._known]


def _placed(column: NDArray[Any], known: NDArray[Any], shares: FloatArray) -> FloatArray:
    if not len(known):
        return np.zeros(len(column))
    position = np.searchsorted(known, column).clip(max=len(known) - 1)
    if len(known) <= MOST_CODES:
        return np.where(known[position] == column, position.astype(np.float64), np.nan)
    return np.where(known[position] == column, shares[position], 0.0)


class _Directions(Part[Texts]):
    """TF-IDF of words, then a truncated SVD of it (latent semantic analysis; Deerwester et al. 1990)."""

    @override
    def fit(self, block: Texts) -> FloatArray:
        self._words, self._svd = WordWeights(), None
        weights = self._words.fit(block.values)
        width = min(TEXT_NUMBERS, min(weights.shape) - 1)
        if width > 0:
            self._svd = TruncatedSVD(width, random_state=0).fit(weights)
        return self._project(weights)

    @override
    def apply(self, block: Texts) -> FloatArray:
        return self._project(self._words.weigh(block.values))

    def _project(self, weights: Matrix) -> FloatArray:
        projected = weights.toarray() if self._svd is None else self._svd.transform(weights)
        return np.asarray(projected, dtype=np.float64)
