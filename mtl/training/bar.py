"""The bar that a trial must keep up with, epoch by epoch. A run of a study itself has none, and trains to its end."""

from typing import TypeAlias

Bar: TypeAlias = tuple[float, ...]
"""By epoch the worst that the best validation standing so far may be; lower is better."""

NO_BAR: Bar = ()


def is_behind(bar: Bar, epochs: int, best: float) -> bool:
    """Whether the best standing of so many epochs is worse than the bar allows."""
    return 0 < epochs <= len(bar) and best > bar[epochs - 1]
