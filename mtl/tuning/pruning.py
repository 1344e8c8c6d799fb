"""When a trial of a network is stopped early: the median rule of Google Vizier (Golovin et al. 2017).

After each epoch a trial stops whose best validation standing so far is worse than the median of what earlier trials of
the same model had reached by then. The bar follows from trials that ended alone, so it is known when a trial is asked
for, and what is pruned follows from the same values as what is tried. Of all trials the best is never pruned: whatever
is worse than a median is worse than some trial. The rule is one for approaches and single-task networks.
"""

from collections.abc import Sequence
from math import inf
from statistics import median

from mtl.training.bar import NO_BAR, Bar, is_behind

FEW = 3
"""Trials that must have reached an epoch before their median says something."""


def bar_of(ended: Sequence[Sequence[float]], grace: int) -> Bar:
    """The bar for the next trial.

    Args:
        ended: of each trial before it the best standing by the end of each epoch that it reached.
        grace: epochs that every trial has before it is judged.
    """
    bar: list[float] = []
    while len(there := [reached[len(bar)] for reached in ended if len(reached) > len(bar)]) >= FEW:
        bar.append(inf if len(bar) + 1 < grace else median(there))
    return tuple(bar) if len(bar) >= grace else NO_BAR


def stopped_after(reached: Sequence[float], bar: Bar) -> int | None:
    """The epochs after which a run with these best standings falls behind a bar; None for one that keeps up."""
    return next((epochs for epochs, best in enumerate(reached, 1) if is_behind(bar, epochs, best)), None)
