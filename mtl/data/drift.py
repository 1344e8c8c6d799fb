"""How far the values of a column have moved from a profile, as an effect: many rows alone never make it large.

The population stability index, Σ (q − p) ln(q / p) over bins, the missing among them; half a row is added to each bin.
By custom .1 is small and .25 large. By chance it is about χ²/n + χ²/m with as many degrees of freedom as there are bins
but one (Yurdakul and Naranjo 2020): what such chance makes is never told of. Beside it the largest difference of the
distribution functions (Kolmogorov–Smirnov's, of bins) of numbers, the total variation of words.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

from mtl.data.profile import ColumnProfile

CHANCE = 1e-4
"""Probability of an index above what counts as chance, where nothing has moved."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Drift:
    """A column that was compared.

    Attributes:
        before: the profile.
        now: other rows in its bins.
        index: the population stability index.
        by_chance: what it may be though nothing has moved.
        distance: the largest difference of distribution functions, or the total variation of words, of what is known.
    """

    before: ColumnProfile
    now: ColumnProfile
    index: float
    by_chance: float
    distance: float

    def is_above(self, least: float) -> bool:
        """Whether the values have moved by so much, and not by chance."""
        return self.index >= max(least, self.by_chance)

    @property
    def unknown(self) -> float:
        """The share of rows now whose word no training row had; 0 where the profile does not name all."""
        before, now = self.before, self.now
        complete = before.holds == "words" and before.counts[-1] == 0
        return now.counts[-1] / max(now.rows, 1) if complete else 0.0


def drift_of(before: ColumnProfile, now: ColumnProfile) -> Drift:
    """What has become of a column; `now`: its rows in the bins of `before`."""
    one, other = (np.array([*each.counts, each.missing], dtype=np.float64) for each in (before, now))
    shares = [(each + 0.5) / (each + 0.5).sum() for each in (one, other)]
    index = float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
    chance = float(chdtri(len(one) - 1, CHANCE)) * (1 / max(one.sum(), 1) + 1 / max(other.sum(), 1))
    return Drift(before, now, index, chance, _distance(one[:-1], other[:-1], before.holds == "words"))


def _distance(one: Floats, other: Floats, words: bool) -> float:
    if not (one.sum() and other.sum()):
        return 0.0
    moved = other / other.sum() - one / one.sum()
    return float(np.abs(moved).sum() / 2 if words else np.abs(np.cumsum(moved)).max())
