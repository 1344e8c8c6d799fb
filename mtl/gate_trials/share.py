"""How often something happened in so many trials, and how sure that is."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

Z = 1.959963984540054
"""Of a two-sided interval of 95 %."""


@dataclass(frozen=True)
class Share:
    """So many of so many trials.

    Attributes:
        count: in how many it happened.
        trials: of how many, at least one.
    """

    count: int
    trials: int

    @classmethod
    def of(cls, happened: Iterable[bool]) -> "Share":
        """Of one answer for each trial."""
        answers = list(happened)
        return cls(sum(answers), len(answers))

    @property
    def value(self) -> float:
        """The share, in [0, 1]."""
        return self.count / self.trials

    @property
    def interval(self) -> tuple[float, float]:
        """95 % of such intervals hold the probability (E. B. Wilson 1927, JASA 22(158), 209–212)."""
        centre = (self.count + Z**2 / 2) / (self.trials + Z**2)
        spread = self.count * (self.trials - self.count) / self.trials + Z**2 / 4
        half = Z * np.sqrt(spread) / (self.trials + Z**2)
        return max(0.0, float(centre - half)), min(1.0, float(centre + half))

    def __str__(self) -> str:
        """For people: `4.1 % [3.0, 5.5]`."""
        lower, upper = self.interval
        return f"{100 * self.value:.1f} % [{100 * lower:.1f}, {100 * upper:.1f}]"
