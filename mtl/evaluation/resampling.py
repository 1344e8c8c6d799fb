"""Which units each resample takes, and the metric of every resample."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np

from mtl.evaluation.ranking import RANKING, rank
from mtl.evaluation.sums import ADDITIVE
from mtl.evaluation.truth import FloatArray, IntArray

Rescore: TypeAlias = Callable[[FloatArray], FloatArray]
"""How often each resample takes each unit, [B, U] → the metric of each resample, [B]."""

CHUNK = 250_000
"""Numbers in an array of one chunk of resamples, of which a handful live at once: 2 MB each, to stay in the cache."""


def draws(units: int, resamples: int, chunk: int, seed: int) -> Iterator[FloatArray]:
    """Counts of U units drawn U times with replacement, [b, U] with b ≤ chunk, until there are `resamples` of them."""
    generator = np.random.default_rng(seed)
    for start in range(0, resamples, chunk):
        rows = min(chunk, resamples - start)
        drawn = generator.integers(units, size=(rows, units)) + units * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * units).reshape(rows, units).astype(np.float64)


def rescorer(metric: str, labels: FloatArray, predictions: FloatArray, unit: IntArray) -> Rescore:
    """The metric as a function of how often each unit is taken.

    Args:
        metric: a name in the catalog.
        labels: shape [n].
        predictions: shape [n] or [n, C], finite.
        unit: unit index of each row in 0..U−1, each of them occurring, shape [n].
    """
    if metric in RANKING:
        resampled, ranking = RANKING[metric], rank(labels, predictions, unit)
        return lambda counts: resampled(ranking, np.ascontiguousarray(counts.T))
    additive = ADDITIVE[metric]
    sums = additive.per_unit(labels, predictions, unit)
    return lambda counts: additive.finish(counts @ sums)


def chunk_of(metric: str, rows: int, units: int) -> int:
    """How many resamples to take at once: ranking needs a number per row and resample, sums one per unit."""
    return max(1, CHUNK // (rows if metric in RANKING else units))
