"""Causes and learning curves for people: what was tried, what it changed, and what to do about it."""

from collections.abc import Iterator, Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from mtl.explanation import named_cause as causes
from mtl.explanation.gains import Gain
from mtl.explanation.learning_curve import LearningCurve
from mtl.explanation.named_cause import Cause, Shown
from mtl.explanation.probes import ALONE, FEWER, REGULARISED, TIMES_WIDER, WIDER
from mtl.report.plain_text import plain, print_hanging, print_plain
from mtl.report.tables import metric_label

TRIED = {
    ALONE: "trained alone",
    WIDER: f"a trunk {TIMES_WIDER} times as wide",
    REGULARISED: "stronger weight decay and dropout",
    FEWER: "half the labels",
}

ADVICE = {
    causes.CONFLICT: "other `schemes` or ways of `sharing` may settle it; else leave the task a model of its own",
    causes.CAPACITY: "raise `model.trunk`",
    causes.OVERFITTING: "raise `training.l2` and `model.dropout`, or lower `model.trunk`",
    causes.LABELS: "more labels would help; `mtl learning-curve` says how much",
    causes.LUCK: "the run that was chosen was ahead by chance: there is nothing to repair; more `seeds` choose better",
    causes.NOISE: "neither more labels nor another network will do: what is left is not in these `features`",
    causes.UNCLEAR: "no probe repairs it, and whether more labels would is within the errors; more rows would tell",
}


def print_causes(found: Sequence[tuple[Shown, Cause]], console: Console) -> None:
    """Each task with its cause, what to do, and what each probe changed."""
    for shown, cause in found:
        print_hanging(console, f"{cause.name}. {_sentence(cause)}", f"{shown.task}: ", style="bold")
        print_hanging(console, f"{ADVICE[cause.name]}.".capitalize().replace("`Mtl", "`mtl"), "  ")
        for probe, what in TRIED.items():
            print_hanging(console, f"{what}: {_changed(shown.gains[probe])}", "  • ")
    if not found:
        print_plain(console, "The candidate is better on every gated task: there is nothing to explain.")
    else:
        print_plain(console, "Losses are those on validation rows; no test row was read.", style="dim")


def print_curves(curves: Sequence[LearningCurve], console: Console) -> None:
    """A line per task: what was reached at each share of the labels, and what more would bring."""
    table = Table(title="On validation, by training labels", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("task", overflow="fold")
    for heading in ("1/8", "1/4", "1/2", "all", "twice", "four times"):
        table.add_column(heading, justify="right", no_wrap=True)
    for curve in curves:
        ahead = [f"{each.value:.3f} [{each.lower:.3f}, {each.upper:.3f}]" for each in curve.beyond] or ["–", "–"]
        cells = [*(f"{value:.3f}" if np.isfinite(value) else "–" for value in curve.values), *ahead]
        table.add_row(plain(f"{curve.task} ({metric_label(curve.metric)})"), *map(plain, cells))
    console.print(table)
    for line in _curve_lines(curves):
        print_hanging(console, line)


def _curve_lines(curves: Sequence[LearningCurve]) -> Iterator[str]:
    yield "Beyond all labels a power law is continued; brackets hold 90 % of what its points' errors allow."
    for curve in curves:
        if curve.beyond:
            gain, error = curve.gain_of_twice, curve.errors[-1]
            sure = "no more than chance makes" if gain < 2 * error else "more than chance makes"
            yield f"{curve.task}: {curve.labels[-1]:,} labels; twice as many would bring about {gain:+.3f}, {sure}."


def _sentence(cause: Cause) -> str:
    if cause.gain is None:
        return "No probe made a difference that is sure."
    if cause.name == causes.LUCK:
        return f"The chosen run's loss is {cause.gain.share:.0%} below the task's alone; other seeds' is not."
    if cause.probe == FEWER:
        return f"With half the labels its loss is {cause.gain.share:+.0%} ± {2 * cause.gain.error:.0%}."
    return f"With {TRIED[cause.probe].replace('trained alone', 'no other task beside it')}, {_changed(cause.gain)}."


def _changed(gain: Gain) -> str:
    """A loss that falls is a negative change."""
    return f"loss {-gain.share:+.0%} ± {2 * gain.error:.0%}"
