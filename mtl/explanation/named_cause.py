"""From what the probes showed to the cause that they name: pure.

Whatever repairs a task was what it lacked. Of repairs that surely help, the one that helps most names the cause; the
others are told apart only where none does:

    task conflict         alone it is better than with others
    too little capacity   a wider trunk makes it better, by more than half the labels cost: little data, too, are read
                          better by more units
    overfitting           stronger regularisation makes it better

    a lucky seed          the chosen run was ahead on validation, its way of training is not
    too few labels        with half the labels it is clearly worse: the curve still falls
    noise                 half the labels do nearly as well: what is left is not in the features
"""

from collections.abc import Mapping
from dataclasses import dataclass

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

FLAT = 0.05
"""Share of the loss below which the upper bound of what half the labels cost must lie to call the rest noise."""


@dataclass(frozen=True)
class Shown:
    """What the probes showed of a task.

    Attributes:
        gains: by what was changed, against the candidate as it is.
        chosen: of the chosen run against the single-task networks; None where that is not known.
        like_chosen: the same of its way of training, over other seeds.
    """

    task: str
    gains: Mapping[str, Gain]
    chosen: Gain | None = None
    like_chosen: Gain | None = None


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
    repairs = {probe: gains[probe] for probe in _REPAIRS if gains[probe].surely_above(HELPS, SURE)}
    best = max(repairs, key=lambda probe: repairs[probe].share, default="")
    if best == WIDER and cost.surely_above(max(FALLING, repairs[WIDER].share)):
        return Cause(shown.task, LABELS, FEWER, cost)
    if best:
        return Cause(shown.task, _REPAIRS[best], best, repairs[best])
    if _was_lucky(shown):
        return Cause(shown.task, LUCK, gain=shown.chosen)
    if cost.surely_above(FALLING):
        return Cause(shown.task, LABELS, FEWER, cost)
    if cost.share + 2 * cost.error < FLAT:
        return Cause(shown.task, NOISE, FEWER, cost)
    return Cause(shown.task, UNCLEAR)


_REPAIRS = {ALONE: CONFLICT, WIDER: CAPACITY, REGULARISED: OVERFITTING}


def _was_lucky(shown: Shown) -> bool:
    """Whether the chosen run is ahead of the single-task networks by more than its own kind is, who are not ahead."""
    if shown.chosen is None or shown.like_chosen is None:
        return False
    return (
        shown.chosen.share >= HELPS and shown.chosen.share - shown.like_chosen.share >= HELPS >= shown.like_chosen.share
    )
