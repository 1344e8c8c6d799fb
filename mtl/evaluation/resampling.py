"""Which units each resample takes."""

from collections.abc import Iterator

import numpy as np

from mtl.evaluation.metric import Metric
from mtl.evaluation.truth import FloatArray

CHUNK = 250_000
"""Numbers in an array of one chunk of resamples, of which a handful live at once: 2 MB each, to stay in the cache."""


def draws(units: int, resamples: int, chunk: int, seed: int) -> Iterator[FloatArray]:
    """Counts of U units drawn U times with replacement, [b, U] with b ≤ chunk, until there are `resamples` of them."""
    generator = np.random.default_rng(seed)
    for start in range(0, resamples, chunk):
        rows = min(chunk, resamples - start)
        drawn = generator.integers(units, size=(rows, units)) + units * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * units).reshape(rows, units).astype(np.float64)


def chunk_of(metric: Metric, rows: int, units: int) -> int:
    """How many resamples to take at once."""
    return max(1, CHUNK // metric.numbers_per_resample(rows, units))
