"""What was measured of a task that is not better, and may have to do with it.

Each sentence says what was measured and no more: causes are found by trying, which `mtl explain` does.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mtl.evaluation.comparison import Comparison, TaskComparison
from mtl.evaluation.truth import FloatArray, IntArray
from mtl.promotion.decision import Decision

CONFLICT = -0.1
"""Mean gradient cosine below which tasks pull apart; unrelated gradients of many weights have cosines near zero."""

MANY = 100
"""So many times the labels, and more, are all the same to whoever would have to collect them."""

NO_CAUSE = "what was measured shows no cause"
TOO_LITTLE_DATA = "too little data"

RARE = 0.2
"""Share of the labels below which the rarer classes are what there is too little of."""


@dataclass(frozen=True, eq=False)
class Diagnostics:
    """What training left behind, for K tasks. NaN where something was not measured.

    Attributes:
        tasks: the K task names, which index every array.
        cosines: cosines of the task gradients under the candidate's training, mean of all epochs, shape [K, K].
        labels: training labels, shape [K].
        candidate_not_converged: why the candidate is not known to be trained to its end; empty when it is.
    """

    tasks: tuple[str, ...]
    cosines: FloatArray
    labels: IntArray
    candidate_not_converged: str = ""


def explain(decision: Decision, comparison: Comparison | None, diagnostics: Diagnostics) -> tuple[str, ...]:
    """Sentences on the candidate, then on each gated task that is not better, in their order; none when all are."""
    of_tasks = tuple(
        f"{each.task}: {cause}."
        for each in decision.verdicts
        if each.verdict != "better"
        for cause in _causes(each.task, comparison.of(each.task) if comparison else None, diagnostics)
    )
    untrained = diagnostics.candidate_not_converged
    return (*([f"The candidate is not converged: {untrained}."] if untrained and of_tasks else []), *of_tasks)


def _causes(task: str, found: TaskComparison | None, diagnostics: Diagnostics) -> list[str]:
    """A clause for each measurement that stands out, or one that says that none does."""
    causes: list[str] = []
    if task in diagnostics.tasks:
        index = diagnostics.tasks.index(task)
        causes += _conflict(index, diagnostics)
    if found is not None:
        labels = diagnostics.labels[diagnostics.tasks.index(task)] if task in diagnostics.tasks else None
        causes += [*_no_signal(found), *_luck(found), *_little_data(found, labels)]
    return causes or [NO_CAUSE]


def _conflict(index: int, diagnostics: Diagnostics) -> Iterator[str]:
    others = np.delete(diagnostics.cosines[index], index)
    names = np.delete(np.array(diagnostics.tasks), index)
    known = np.isfinite(others)
    if known.any() and others[known].mean() < CONFLICT:
        worst = np.argmin(np.where(known, others, np.inf))
        yield (
            f"gradients that pull apart: its own has mean cosine {others[known].mean():+.2f} with the other tasks', "
            f"{others[worst]:+.2f} with {names[worst]}'s"
        )


def _no_signal(found: TaskComparison) -> Iterator[str]:
    """Whoever is not surely better than a constant has not been shown to read anything from the features."""
    constant = found.constant
    if constant is not None and constant.lower <= 0:
        yield (
            f"no better than a constant: the same prediction for every row reaches {constant.metric}"
            f" {constant.reference:.4f}, the candidate {constant.candidate:.4f}"
        )


def _luck(found: TaskComparison) -> Iterator[str]:
    if found.difference.difference > 0 >= found.seed_mean_difference:
        yield (
            f"a lucky seed: this run is {found.difference.difference:+.4f} better, "
            f"the mean over {found.seeds} seeds is {found.seed_mean_difference:+.4f}"
        )


def _little_data(found: TaskComparison, labels: int | None) -> Iterator[str]:
    """The interval reaches below a difference that is positive: more units would narrow it by their square root."""
    paired = found.difference
    trained = "" if labels is None else f", {labels:,} in training"
    told = f"{_counted(found)} in {paired.units:,} independent units{trained}"
    half = paired.difference - paired.lower
    if paired.difference > 0 >= paired.lower:
        yield (
            f"{TOO_LITTLE_DATA}: {told}, give {paired.difference:+.4f} ± {half:.4f};"
            f" a difference of this size takes {_times((half / paired.difference) ** 2)} as many"
        )
    elif not np.isfinite(paired.difference) or paired.undefined_resamples:
        yield f"{TOO_LITTLE_DATA}: {told}"


def _counted(found: TaskComparison) -> str:
    """The test labels; of classes one of which is rare, those of the rarer ones, on which a metric turns."""
    labels, rare = found.difference.labels, found.rare_labels
    if 0 < rare < RARE * labels:
        return f"{rare:,} test labels of the rarer classes among {labels:,}"
    return f"{labels:,} test labels"


def _times(more: float) -> str:
    """How many times as many, as exactly as is known: a factor of an estimate is good for one digit."""
    if more > MANY:
        return f"more than {MANY} times"
    if more < 1.5:
        return "up to one and a half times"
    digits = 1 if more >= 10 else 0
    rounded = round(more, -digits)
    return "about twice" if rounded == 2 else f"about {rounded:.0f} times"
