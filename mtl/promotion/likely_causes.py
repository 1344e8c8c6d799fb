"""Why a task was not better: task conflict, over- or underfitting, no signal, a lucky seed, or too little data.

These are readings of what was measured, not proofs; each sentence gives the numbers that it rests on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mtl.evaluation.comparison import Comparison, TaskComparison
from mtl.evaluation.paired_difference import PairedDifference
from mtl.evaluation.truth import FloatArray, IntArray
from mtl.promotion.decision import Decision

CONFLICT = -0.1
"""Mean gradient cosine below which tasks pull apart; unrelated gradients of many weights have cosines near zero."""

MANY = 100
"""So many times the labels, and more, are all the same to whoever would have to collect them."""

NO_CAUSE = "what was measured shows no cause"
TOO_LITTLE_DATA = "too little data"

CLEARLY = 0.1
"""Share of the baseline's validation loss by which losses must differ to be worth a sentence."""


@dataclass(frozen=True, eq=False)
class Diagnostics:
    """What training left behind, for K tasks. NaN where something was not measured.

    Attributes:
        tasks: the K task names, which index every array.
        cosines: cosines of the task gradients under the candidate's training, mean of all epochs, shape [K, K].
        candidate_train: the candidate's training losses at its chosen epoch, shape [K].
        candidate_validation: its validation losses, shape [K].
        baseline_train: each baseline's training loss on its own task, shape [K].
        baseline_validation: each baseline's validation loss, shape [K].
        labels: training labels, shape [K].
        candidate_not_converged: why the candidate is not known to be trained to its end; empty when it is.
    """

    tasks: tuple[str, ...]
    cosines: FloatArray
    candidate_train: FloatArray
    candidate_validation: FloatArray
    baseline_train: FloatArray
    baseline_validation: FloatArray
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
    """Every cause that the numbers show, or a clause that says that they show none."""
    causes = []
    if task in diagnostics.tasks:
        index = diagnostics.tasks.index(task)
        causes += [*_conflict(index, diagnostics), *_fit(index, diagnostics)]
    if found is not None:
        labels = diagnostics.labels[diagnostics.tasks.index(task)] if task in diagnostics.tasks else None
        causes += [*_no_signal(found), *_luck(found), *_little_data(found.difference, labels)]
    return causes or [NO_CAUSE]


def _conflict(index: int, diagnostics: Diagnostics) -> Iterator[str]:
    others = np.delete(diagnostics.cosines[index], index)
    names = np.delete(np.array(diagnostics.tasks), index)
    known = np.isfinite(others)
    if known.any() and others[known].mean() < CONFLICT:
        worst = np.argmin(np.where(known, others, np.inf))
        yield (
            f"task conflict: its gradient has mean cosine {others[known].mean():+.2f} with the other tasks', "
            f"{others[worst]:+.2f} with {names[worst]}'s"
        )


def _fit(index: int, diagnostics: Diagnostics) -> Iterator[str]:
    """Overfitting: the gap between validation and training grew. Underfitting: the training loss itself did.

    Neither is said of a model whose validation loss is not above its baseline's: it may only have stopped earlier.
    """
    train, validation = diagnostics.candidate_train[index], diagnostics.candidate_validation[index]
    base_train, base_validation = diagnostics.baseline_train[index], diagnostics.baseline_validation[index]
    gap, base_gap = validation - train, base_validation - base_train
    clear = CLEARLY * abs(base_validation)
    if not validation > base_validation:
        return
    if gap - base_gap > clear:
        yield (
            f"overfitting: its validation loss is {gap:+.4f} above its training loss, "
            f"{base_gap:+.4f} in the single-task model"
        )
    if train - base_train > clear:
        yield (
            f"underfitting: its training loss is {train:.4f}, {base_train:.4f} in the single-task model; "
            "the shared trunk is too small or the task's weight is"
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


def _little_data(paired: PairedDifference, labels: int | None) -> Iterator[str]:
    """The interval reaches below a difference that is positive: more units would narrow it by their square root."""
    trained = "" if labels is None else f", {labels} in training"
    half = paired.difference - paired.lower
    if paired.difference > 0 >= paired.lower:
        more = (half / paired.difference) ** 2
        takes = f"about {more:.1f} times as many" if more <= MANY else f"more than {MANY} times as many"
        yield (
            f"{TOO_LITTLE_DATA}: {paired.labels} test labels in {paired.units} independent units{trained} give "
            f"{paired.difference:+.4f} ± {half:.4f}; a difference of this size takes {takes}"
        )
    elif not np.isfinite(paired.difference) or paired.undefined_resamples:
        yield f"{TOO_LITTLE_DATA}: {paired.labels} test labels in {paired.units} independent units{trained}"
