"""Numbers that may stand for missing values: −999, or whatever repeats far from all others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

REPEATED = 3
"""So often a number far from the rest must stand there to be taken for a mark."""

NINES = re.compile(r"-?9{2,}")


@dataclass(frozen=True)
class Mark:
    """A number that may stand for a missing value, and between what the others lie."""

    value: float
    least: float
    most: float


def marks_in(known: NDArray[np.float64]) -> Iterator[Mark]:
    """The least and the greatest of some numbers where they repeat and stand apart.

    Apart is further from the next number than all others from each other; of nines, −999, further than these spread.
    """
    numbers, counts = np.unique(known, return_counts=True)
    if len(numbers) < 3:
        return
    for place, rest in ((0, numbers[1:]), (-1, numbers[:-1])):
        value, gap = numbers[place], abs(numbers[place] - rest[place])
        quarter, three = np.quantile(known[known != value], (0.25, 0.75))
        coded = NINES.fullmatch(f"{value:g}") and gap > three - quarter
        if counts[place] >= REPEATED and (coded or gap > rest[-1] - rest[0]):
            yield Mark(float(value), float(rest[0]), float(rest[-1]))
