"""From what the probes showed to the cause that they name: pure.

Whatever repairs a task was what it lacked. Of repairs that surely help, the one that helps most names the cause; the
others are told apart only where none does:

    task conflict         alone it is better than with others, and more so than beside them in a wider trunk: there
                          tasks that merely compete for units have room
    too little capacity   a wider trunk makes it better, by more than half the labels cost, and it loses on training
                          rows what it loses on others: little data, too, are read better by more units
    overfitting           stronger regularisation makes it better; less sure a gain will do where nearly nothing of its
                          loss is there on training rows

    a lucky seed          the chosen run was ahead on validation, its way of training is not
    too few labels        with half the labels it is clearly worse: the curve still falls
    noise                 half the labels do nearly as well: what is left is not in the features
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mtl.explanation.gains import Gain
from mtl.explanation.probes import ALONE, FEWER, REGULARISED, WIDER

CONFLICT, CAPACITY, OVERFITTING = "task conflict", "too little capacity", "overfitting"
LABELS, LUCK, NOISE, UNCLEAR = "too few labels", "a lucky seed", "noise", "unclear"

HELPS = 0.02
"""Share of the loss that a repair must save."""

SURE = 2.5
"""Standard errors above zero of a repair: three are tried, and the best is named."""

FALLING = 0.05
"""Share of the loss that half the labels must cost for more labels to be worth asking for."""

MEMORISED = 0.75
"""Share of the loss that training rows do not show from which on they are known by heart."""

SCARCE = 0.2
"""The same, from which on a wider trunk is no remedy: what was fitted holds for too few other rows."""

FLAT = 0.05
"""Share of the loss below which the upper bound of what half the labels cost must lie to call the rest noise."""


@dataclass(frozen=True)
class Shown:
    """What the probes showed of a task.

    Attributes:
        gains: by what was changed, against the candidate as it is.
        chosen: of the chosen run against the single-task networks; None where that is not known.
        like_chosen: the same of its way of training, over other seeds.
        unseen: the share of the loss that training rows do not show.
    """

    task: str
    gains: Mapping[str, Gain]
    chosen: Gain | None = None
    like_chosen: Gain | None = None
    unseen: float = 0.0


@dataclass(frozen=True)
class Cause:
    """The cause that is named, and the gain that names it, if one does."""

    task: str
    name: str
    probe: str = ""
    gain: Gain | None = None


def named_cause(shown: Shown) -> Cause:
    """The cause of a task's not being better."""
    gains = shown.gains
    cost = Gain(-gains[FEWER].share, gains[FEWER].error)
    best = _best_repair(shown)
    if best == WIDER and (shown.unseen >= SCARCE or cost.share >= gains[WIDER].share) and cost.surely_above(FALLING):
        return Cause(shown.task, LABELS, FEWER, cost)
    if best:
        return Cause(shown.task, _REPAIRS[best], best, gains[best])
    if _was_lucky(shown):
        return Cause(shown.task, LUCK, gain=shown.chosen)
    if cost.surely_above(FALLING):
        return Cause(shown.task, LABELS, FEWER, cost)
    if cost.share + 2 * cost.error < FLAT:
        return Cause(shown.task, NOISE, FEWER, cost)
    return Cause(shown.task, UNCLEAR)


_REPAIRS = {ALONE: CONFLICT, WIDER: CAPACITY, REGULARISED: OVERFITTING}


def _best_repair(shown: Shown) -> str:
    """The probe that surely helps, and helps most; empty if none does."""
    gains = shown.gains
    errors = {ALONE: SURE, WIDER: SURE, REGULARISED: 1.0 if shown.unseen >= MEMORISED else SURE}
    repairs = [probe for probe in _REPAIRS if gains[probe].surely_above(HELPS, errors[probe])]
    best = max(repairs, key=lambda probe: gains[probe].share, default="")
    alone, wider = gains[ALONE], gains[WIDER]
    as_well = alone.share - wider.share < np.hypot(alone.error, wider.error)
    return WIDER if best == ALONE and wider.surely_above(HELPS) and as_well else best


def _was_lucky(shown: Shown) -> bool:
    """Whether the chosen run is not behind the single-task networks and ahead of its own kind, who are not ahead."""
    chosen, like = shown.chosen, shown.like_chosen
    if chosen is None or like is None:
        return False
    return chosen.share >= max(0.0, like.share + HELPS) and not like.surely_above(HELPS)
