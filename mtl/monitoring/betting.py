"""Bets against the claim that a bounded difference has a mean of at most m: an e-process for each m of a grid.

Whoever bets a share λ of a wealth of 1 on each difference d that comes has, after n of them, Π (1 + λ (dᵢ − m)). While
the mean of each difference, given all before it, is at most m, nobody can expect that to grow. So it reaches 1/α, at
whatever time one looks, however often, in a share α of all streams at most (Ville 1939). The wealth here is the mean of
several such, each with a fixed λ: whichever is near the best one for the stream at hand soon makes up most of it. Fixed
bets do not depend on the order of the differences, and their logarithms are all that has to be kept.

The same bets on the negated differences are against a mean of at least m. The m that neither disproves are a confidence
sequence: an interval for the mean that holds at all times at once.

References:
    I. Waudby-Smith and A. Ramdas (2023), Estimating means of bounded random variables by betting, JRSS B 86(1), 1–27.
    A. Ramdas, P. Grünwald, V. Vovk and G. Shafer (2023), Game-theoretic statistics and safe anytime-valid inference,
    Statistical Science 38(4), 576–601.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

FloatArray = NDArray[np.float64]

SHARES = 0.48 * 4.0 ** -np.arange(5)
"""λ in units of 1 / B: with |d − m| ≤ 2 B no factor is below 0.04."""

MEANS, STEEPNESS = 60, 8.0
"""Means on each side of 0: from 0.0001 B on, each an eighth larger than the one before."""

TOGETHER = 16
"""Factors that are multiplied before a logarithm is taken: at least 10⁻²³, which is far from the least float64."""


@dataclass(frozen=True, eq=False)
class Bets:
    """What is known of one stream of differences.

    Attributes:
        bound: B; every difference is in [−B, B].
        means: the m that are bet against, ascending; the tolerance is one of them.
        log_wealth: [2, M, K]: against a mean of at most m, and of at least m, with each of the K shares.
        count: differences that were bet on.
        total: their sum.
    """

    bound: float
    means: FloatArray
    log_wealth: FloatArray
    count: int = 0
    total: float = 0.0

    @classmethod
    def start(cls, bound: float, tolerance: float, interval: bool = True) -> "Bets":
        """Before the first difference; without the means that only an interval needs, if none is wanted.

        Raises:
            ValueError: a bound that is not positive, or a tolerance outside [0, B).
        """
        if not (np.isfinite(bound) and bound > 0 and 0 <= tolerance < bound):
            raise ValueError(f"a bound above 0 and a tolerance in [0, bound) are needed, not {bound} and {tolerance}")
        side = bound * np.sinh(STEEPNESS * np.arange(1, MEANS + 1) / MEANS) / np.sinh(STEEPNESS)
        means = np.unique(np.concatenate([-side, [0.0, tolerance], side] if interval else [[tolerance]]))
        return cls(bound, means, np.zeros((2, len(means), len(SHARES))))

    def after(self, differences: FloatArray) -> "Bets":
        """With further differences, [n]. Raises ValueError when one is outside [−B, B] or no number."""
        if not (np.abs(differences) <= self.bound * (1 + 1e-9)).all():
            raise ValueError(f"a difference is not in [−{self.bound}, {self.bound}]")
        log_wealth = self.log_wealth.copy()
        for start in range(0, len(differences), TOGETHER):
            log_wealth += self._logs(differences[start : start + TOGETHER])
        count, total = self.count + len(differences), self.total + float(differences.sum())
        return replace(self, log_wealth=log_wealth, count=count, total=total)

    def _logs(self, some: FloatArray) -> FloatArray:
        away = (some - self.means[:, None]) / self.bound
        # Wealth against a mean of at least m is wealth against the negated one.
        sides = np.stack([away, -away])[:, :, None, :]
        logs: FloatArray = np.log((1.0 + SHARES[:, None] * sides).prod(axis=-1))
        return logs

    @property
    def mean(self) -> float:
        """Of the differences so far; NaN before the first."""
        return self.total / self.count if self.count else float("nan")

    def log_evidence(self, at: float) -> float:
        """The logarithm of the e-value against a mean of at most `at`, which must be one of the means.

        Raises:
            ValueError: it is none of them.
        """
        found = np.flatnonzero(self.means == at)
        if not len(found):
            raise ValueError(f"{at} is none of the means that are bet against")
        return float(self._mixed()[0, found[0]])

    def interval(self, alpha: float) -> tuple[float, float]:
        """A mean that is outside was disproved; the true one is outside at any time with a probability of at most α.

        The ends are means of the grid, the next ones outside of what is left.
        """
        wealth, limit = self._mixed(), np.log(2.0 / alpha)
        above, below = self.means[wealth[1] >= limit], self.means[wealth[0] >= limit]
        upper = float(above.min()) if len(above) else self.bound
        lower = float(below.max()) if len(below) else -self.bound
        return lower, upper

    def _mixed(self) -> FloatArray:
        mixed: FloatArray = logsumexp(self.log_wealth, axis=2) - np.log(len(SHARES))
        return mixed
