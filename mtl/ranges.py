"""The values of an option among which tuning looks for better ones."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Settings: TypeAlias = Mapping[str, float]
"""Values of options by name, in place of those that a spec says."""


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, both included.

    Attributes:
        log: equal factors are equally far from each other, not equal differences; `low` is then above 0.
        whole: whole numbers alone.
        below: what no value may reach, whatever the range.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False
    below: float = math.inf

    def nearest(self, value: float) -> float:
        """The value of the range that is nearest to another."""
        return self.kept(min(max(value, self.low), self.high))

    def kept(self, value: float) -> float:
        """A value as a setting: a whole number, or one of four digits, which a person can write down."""
        return round(value) if self.whole else float(f"{value:.4g}")

    def problem(self) -> str:
        """What is wrong with the bounds; empty where nothing is."""
        if not self.low < self.high:
            return f"expected a lower bound below the upper one; got {self.low:g} and {self.high:g}"
        if self.low < 0 or (self.log and self.low == 0):
            return f"expected a lower bound {'above' if self.log else 'of at least'} 0; got {self.low:g}"
        if self.high >= self.below:
            return f"expected an upper bound below {self.below:g}; got {self.high:g}"
        if self.whole and not (float(self.low).is_integer() and float(self.high).is_integer()):
            return f"expected whole numbers; got {self.low:g} and {self.high:g}"
        return ""
