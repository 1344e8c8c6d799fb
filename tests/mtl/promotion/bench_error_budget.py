"""What the error budget of test rows holds to, simulated with the budget itself.

A nightly retrain that is no better than the champion is tested 50 times. Its statistic is √ρ · (noise of the rows) +
√(1 − ρ) · (noise of its own), so that looks at the same rows share the rows' part. Up to its first promotion, the
levels are the same in every repetition, so that they are computed once. Printed is P(any false promotion) with nothing
counted, with the ledger, and the bound that the levels promise; then the power of a candidate that is better by 3
standard errors.

    python -m tests.mtl.promotion.bench_error_budget [REPETITIONS]
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from mtl.promotion.error_budget import Granted, PastLook, grant
from mtl.promotion.unit_sketch import UnitSketch
from tests.mtl.promotion.looks import ALPHA, rows

TICKS, ROWS, FRESH = 50, 200, 10
CORRELATIONS = (0.0, 0.5, 0.9)
EFFECT = 3.0
CHUNK = 2000


@dataclass(frozen=True)
class Nights:
    """The rows of each night's test side, as positions."""

    sides: Sequence[NDArray[np.int64]]

    def levels(self, counted: bool) -> list[float]:
        """Of the looks that were not promoted; 0 for one that is refused."""
        if not counted:
            return [ALPHA] * len(self.sides)
        past: list[PastLook] = []
        found = []
        for units in self.sketches():
            answer = grant(units, past, ALPHA)
            found.append(answer.level if isinstance(answer, Granted) else 0.0)
            if isinstance(answer, Granted):
                past.append(PastLook(units, answer.level, answer.share_fresh))
        return found

    def sketches(self) -> Iterator[UnitSketch]:
        """One for each night; that of the night before where the rows are the same."""
        last, units = None, None
        for side in self.sides:
            if units is None or last is None or not np.array_equal(side, last):
                last, units = side, rows(side)
            yield units

    @property
    def renewals(self) -> float:
        """The shares of rows that the night before did not have, summed."""
        pairs = zip(self.sides, self.sides[1:], strict=False)
        return sum(1 - float(np.isin(after, before).mean()) for before, after in pairs)

    def noise(self, repetitions: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """The rows' part of each night's statistic, standardised, [repetitions, nights]."""
        membership = np.zeros((1 + max(side.max() for side in self.sides), len(self.sides)))
        for night, side in enumerate(self.sides):
            membership[side, night] = 1 / np.sqrt(len(side))
        return rng.normal(size=(repetitions, len(membership))) @ membership


def nights() -> Mapping[str, Nights]:
    """Test sides that stay, grow and are replaced."""
    rng = np.random.default_rng(0)
    mixed = [np.arange(ROWS)]
    for tick in range(1, TICKS):
        kept = rng.permutation(mixed[-1])[FRESH:]
        mixed.append(np.sort(np.append(kept, ROWS + FRESH * tick + np.arange(FRESH))))
    rolling = [np.arange(ROWS) + FRESH * tick for tick in range(TICKS)]
    return {
        "the same rows": Nights([np.arange(ROWS)] * TICKS),
        "5 % are added": Nights([np.arange(round(ROWS * 1.05**tick)) for tick in range(TICKS)]),
        "5 % are replaced, any": Nights(mixed),
        "5 % are replaced, the oldest": Nights(rolling),
    }


def any_promotion(
    case: Nights, levels: Sequence[float], correlation: float, repetitions: int, seed: int = 1
) -> tuple[float, float]:
    """P(any promotion) of candidates that are no better, and its standard error."""
    rng, found = np.random.default_rng(seed), 0
    bounds = norm.isf(np.array(levels))
    for start in range(0, repetitions, CHUNK):
        shared = case.noise(min(CHUNK, repetitions - start), rng)
        statistic = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * rng.normal(size=shared.shape)
        found += int((statistic > bounds).any(axis=1).sum())
    share = found / repetitions
    return share, float(np.sqrt(share * (1 - share) / repetitions))


def levels_of_better(recycled: bool, effect: float, rng: np.random.Generator) -> Iterator[tuple[float, bool]]:
    """The level of each look at the same rows, and whether it was promoted, where every candidate is better."""
    past: list[PastLook] = []
    units = rows(range(ROWS))
    for _ in range(TICKS):
        answer = grant(units, past, ALPHA)
        level = answer.level if isinstance(answer, Granted) else 0.0
        promoted = bool(rng.normal(effect) > norm.isf(level))
        if level:
            past.append(PastLook(units, level, float(not past), promoted and recycled))
        yield level, promoted


def mixed_candidates(correlation: float, repetitions: int) -> float:
    """P(any false promotion) where every other candidate is better by `EFFECT`, with recycling, on the same rows."""
    rng, units, found = np.random.default_rng(2), rows(range(ROWS)), 0
    for _ in range(repetitions):
        past: list[PastLook] = []
        shared = np.sqrt(correlation) * rng.normal()
        for tick in range(TICKS):
            answer = grant(units, past, ALPHA)
            if not isinstance(answer, Granted):
                break
            better = tick % 2 == 0
            statistic = EFFECT * better + shared + np.sqrt(1 - correlation) * rng.normal()
            promoted = bool(statistic > norm.isf(answer.level))
            if promoted and not better:
                found += 1
                break
            past.append(PastLook(units, answer.level, answer.share_fresh, promoted))
    return found / repetitions


def main(repetitions: int) -> None:
    """Print the tables."""
    say = sys.stdout.write
    say(f"P(any false promotion in {TICKS} null retrains), α = {ALPHA}, {repetitions:,} repetitions\n")
    for name, case in nights().items():
        levels = case.levels(counted=True)
        looks = sum(level > 0 for level in levels)
        say(f"{name}: {looks} looks granted, levels sum to {sum(levels):.3f}, α(1 + R) = ")
        say(f"{ALPHA * (1 + case.renewals):.3f}\n")
        for correlation in CORRELATIONS:
            free, _ = any_promotion(case, case.levels(counted=False), correlation, repetitions // 10)
            kept, error = any_promotion(case, levels, correlation, repetitions)
            say(f"  correlation {correlation}: uncounted {free:.3f}, with the ledger {kept:.4f} ± {error:.4f}\n")
    say("every other candidate better by 3 s.e., the same rows, P(any false promotion):")
    for correlation in CORRELATIONS:
        say(f"  {mixed_candidates(correlation, repetitions // 50):.4f} at {correlation}")
    say(f"\nP(promoted | better by {EFFECT} s.e.) at look\n")
    null = Nights([np.arange(ROWS)] * TICKS).levels(counted=True)
    say("  after looks that were rejected:        ")
    say(" ".join(f"{look}: {norm.sf(norm.isf(null[look - 1]) - EFFECT):.3f}" for look in (1, 2, 5, 10)))
    say("\n")
    for recycled in (True, False):
        rng = np.random.default_rng(3)
        runs = [
            [promoted for _, promoted in levels_of_better(recycled, EFFECT, rng)] for _ in range(repetitions // 100)
        ]
        chances = np.mean(runs, axis=0)
        say(f"  after looks as good, {'with' if recycled else 'without'} recycling: ")
        say(" ".join(f"{look}: {chances[look - 1]:.3f}" for look in (1, 2, 5, 10)) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
