"""What the page of a study shows, task by task and contender by contender: numbers as words, plots as SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from mtl.evaluation.comparison import TaskComparison
from mtl.evaluation.paired_difference import PairedDifference
from mtl.evaluation.procedure_difference import ProcedureDifference
from mtl.promotion.decision import TaskVerdict
from mtl.promotion.likely_causes import NO_CAUSE, TOO_LITTLE_DATA
from mtl.report.tables import ABSENT, interval, metric_label, number
from mtl.report.web.interval_plot import Interval, interval_plot, reach_of
from mtl.report.web.next_steps import hint_of, is_short
from mtl.spec import Spec
from mtl.study.deciding import Decided


@dataclass(frozen=True)
class TaskView:
    """A gated task on the page.

    Attributes:
        verdict: better, no worse, worse or undecided.
        reason: the gate's clause.
        hint: what the reader can change, by its key in the spec; empty where nothing needs to be.
        causes: what was measured on it, as sentences.
        short: there was too little evidence to judge it: said before all else.
        cells: under the headings of the table of evidence.
        plot: its intervals, in standard errors; empty where nothing is known.
        no_plot: what is said in place of one.
    """

    name: str
    verdict: str
    reason: str
    hint: str
    causes: tuple[str, ...]
    short: bool
    cells: tuple[str, ...]
    plot: Markup
    no_plot: str


HEADINGS = ("metric", "opponent", "its value", "candidate", "gain", "bounds", "over fresh seeds", "test labels")


def task_views(spec: Spec, decided: Decided, causes: Sequence[str]) -> tuple[tuple[TaskView, ...], float]:
    """The gated tasks in the spec's order, and the standard errors that the scale of their plots reaches to."""
    found = decided.comparison
    each = [(verdict, found.of(verdict.task) if found else None) for verdict in decided.decision.verdicts]
    intervals = {verdict.task: tuple(_intervals(compared)) for verdict, compared in each}
    reach = reach_of([one for of_task in intervals.values() for one in of_task])
    views = tuple(
        TaskView(
            verdict.task,
            verdict.verdict,
            verdict.reason,
            hint_of(spec, verdict, compared),
            tuple(_causes_of(verdict, causes)),
            is_short(spec, verdict, compared),
            _cells(verdict, compared, decided),
            _plot(verdict.task, intervals[verdict.task], reach),
            _no_plot(compared),
        )
        for verdict, compared in each
    )
    return views, reach


def _intervals(compared: TaskComparison | None) -> Iterator[Interval]:
    if compared is None:
        return
    own, procedure = compared.difference, compared.procedure
    if _known(own, own.standard_error):
        yield _scaled("this version", "own", own, own.standard_error)
    if procedure and _known(procedure, error := float(np.hypot(procedure.rows_error, procedure.seeds_error))):
        yield _scaled("its way of training, over fresh seeds", "procedure", procedure, error)


def _known(found: PairedDifference | ProcedureDifference, error: float) -> bool:
    return bool(np.isfinite([found.difference, error]).all() and error > 0)


def _scaled(name: str, kind: str, found: PairedDifference | ProcedureDifference, error: float) -> Interval:
    told = f"{found.difference:+.4f} [{found.lower:+.4f}, {found.upper:+.4f}]"
    return Interval(name, kind, found.lower / error, found.difference / error, found.upper / error, told)


def _plot(task: str, intervals: Sequence[Interval], reach: float) -> Markup:
    if not intervals:
        return Markup("")
    return interval_plot(intervals, reach, f"{task}: " + "; ".join(f"{each.name} {each.told}" for each in intervals))


def _no_plot(compared: TaskComparison | None) -> str:
    known = compared is not None and np.isfinite(compared.difference.difference)
    return "no interval: resamples of these rows do not differ" if known else "nothing was compared"


def _causes_of(verdict: TaskVerdict, causes: Sequence[str]) -> Iterator[str]:
    """But for too little data, of which the hint says what would be enough."""
    start = f"{verdict.task}: "
    for cause in causes:
        if cause.startswith(start) and not cause.startswith((f"{start}{NO_CAUSE}", f"{start}{TOO_LITTLE_DATA}")):
            told = cause.removeprefix(start)
            yield told[:1].upper() + told[1:]


def _cells(verdict: TaskVerdict, compared: TaskComparison | None, decided: Decided) -> tuple[str, ...]:
    if compared is None or decided.comparison is None:
        return (ABSENT,) * len(HEADINGS)
    paired, procedure = compared.difference, compared.procedure
    opponent = decided.comparison.baselines.get(verdict.task)
    fresh = f"{procedure.difference:+.4f} [{procedure.lower:+.4f}, {procedure.upper:+.4f}]" if procedure else ABSENT
    return (
        metric_label(paired.metric),
        opponent.baseline.replace("_", " ") if opponent else ABSENT,
        number(paired.reference),
        number(paired.candidate),
        number(paired.difference, "+"),
        interval(paired),
        fresh,
        f"{paired.labels:,}",
    )
