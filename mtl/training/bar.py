"""The bar that a run must keep up with, epoch by epoch. A run that a study rests on has none, and trains to its end."""

from math import inf
from typing import TypeAlias

Bar: TypeAlias = tuple[float, ...]
"""By epoch the worst that the best validation standing so far may be; lower is better."""

NO_BAR: Bar = ()


def rung(epochs: int) -> Bar:
    """The bar that nothing meets after so many epochs, and everything before: a run stops there, and may go on."""
    return (inf,) * (epochs - 1) + (-inf,)


def is_rung(bar: Bar) -> bool:
    """Whether it stops every run, however good."""
    return bar[-1:] == (-inf,)


def is_behind(bar: Bar, epochs: int, best: float) -> bool:
    """Whether the best standing of so many epochs is worse than the bar allows."""
    if is_rung(bar):
        return epochs >= len(bar)
    return 0 < epochs <= len(bar) and best > bar[epochs - 1]
