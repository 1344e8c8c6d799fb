"""Which units each resample takes."""

from collections.abc import Iterator

import numpy as np

from mtl.evaluation.metric import Metric
from mtl.evaluation.truth import FloatArray

CHUNK = 250_000
"""Numbers in an array of one chunk of resamples, of which a handful live at once: 2 MB each, to stay in the cache."""

AT_ONCE = 50_000
"""Units drawn in one call: their indices and counts stay in the cache, which halves the time of long draws."""


def draws(units: int, resamples: int, chunk: int, seed: int) -> Iterator[FloatArray]:
    """Counts of U units drawn U times with replacement, [b, U] with b ≤ chunk, until there are `resamples` of them."""
    generator = np.random.default_rng(seed)
    for start in range(0, resamples, chunk):
        counts = np.empty((min(chunk, resamples - start), units))
        few = max(1, AT_ONCE // units)
        for first in range(0, len(counts), few):
            part = counts[first : first + few]
            drawn = generator.integers(units, size=part.shape) + units * np.arange(len(part))[:, None]
            part[:] = np.bincount(drawn.ravel(), minlength=part.size).reshape(part.shape)
        yield counts


def chunk_of(metric: Metric, rows: int, units: int) -> int:
    """How many resamples to take at once."""
    return max(1, CHUNK // metric.numbers_per_resample(rows, units))
