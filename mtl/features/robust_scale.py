"""How far apart numbers lie in the middle of their distribution, whatever its ends are like."""

import numpy as np
from numpy.typing import NDArray

from mtl.features.spread import ROUNDING

QUARTILES = (0.25, 0.75)


def robust_scale(values: NDArray[np.float64], median: float) -> float:
    """The distance of the quartiles of some finite numbers, at least one; 0 where they differ by rounding alone.

    Where most numbers are the median, the quartiles are one, and the scale is half the median distance of the others
    from it. Of two values, that is half their distance, as in Holzmüller et al. 2024 (section 3, "robust scale and
    smooth clip"), who take half the range throughout: then one cell of 1e9 would be the scale of a column of counts.
    """
    low, high = np.quantile(values, QUARTILES)
    if high - low > ROUNDING * max(abs(low), abs(high)):
        return float(high - low)
    distances = np.abs(values - median)
    others = distances[distances > ROUNDING * np.maximum(np.abs(values), abs(median))]
    return float(np.median(others)) / 2 if len(others) else 0.0


def smoothly_clipped(distances: NDArray[np.float64], scale: float, limit: float | None) -> NDArray[np.float64]:
    """Distances d in units of a scale s > 0, bent so that all stay within ±L: z / √(1 + (z/L)²) of z = d/s.

    `limit`: L, or None for no bend. Written as d / √(s² + (d/L)²), which no finite distance overflows.
    """
    return distances / (np.hypot(scale, distances / limit) if limit else scale)
