"""How far numbers lie apart."""

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-14
"""A spread, as a share of the largest number, that is no spread: equal numbers and their rounded mean show as much.

No more than that: 64-bit numbers near 1e12 that differ by tenths differ by 1e-13 of their size.
"""


def spread(values: NDArray[np.float64]) -> float:
    """The standard deviation of some numbers; 0 where they differ by rounding alone."""
    scale = float(values.std())
    return scale if scale > ROUNDING * float(np.abs(values).max()) else 0.0
