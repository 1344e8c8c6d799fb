"""What was promised of each task and what was seen since, on one scale for all tasks of a page."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from mtl.monitoring.observing import TaskFinding
from mtl.report.web.interval_plot import Interval, interval_plot, reach_of, scale_of

NORMAL = 1.96
"""Standard errors on each side of what was promised: 95 %, for one look."""


@dataclass(frozen=True)
class PromisePlots:
    """Pictures for a page.

    Attributes:
        tasks: of each its name, its picture or why there is none, and its verdict.
        scale: below them; empty where no task has a picture.
    """

    tasks: tuple[tuple[str, Markup | str, str], ...]
    scale: Markup


def promise_plots(findings: Sequence[TaskFinding]) -> PromisePlots:
    """Losses that were saved, in standard errors of the promise: right of the line the champion is better."""
    drawn = [_intervals(each) for each in findings]
    reach = reach_of([interval for intervals in drawn for interval in intervals])
    tasks = tuple(
        (each.task, _plot(each, intervals, reach), each.verdict)
        for each, intervals in zip(findings, drawn, strict=True)
    )
    return PromisePlots(tasks, scale_of(reach) if any(drawn) else Markup(""))


def _intervals(found: TaskFinding) -> list[Interval]:
    mean, error = found.promised
    if not (np.isfinite(mean) and np.isfinite(error) and error > 0):
        return []
    promised = _saved("promised", "procedure", (mean - NORMAL * error, mean, mean + NORMAL * error), error)
    if not found.labels:
        return [promised]
    lower, upper = found.interval
    return [promised, _saved("since", "own", (lower, found.difference, upper), error)]


def _saved(name: str, kind: str, lost: tuple[float, float, float], error: float) -> Interval:
    """An excess of loss, seen from the other side, as all else on our pages: positive is better."""
    upper, value, lower = (-each for each in lost)
    return Interval(name, kind, lower / error, value / error, upper / error, _told(lower, value, upper))


def _told(lower: float, value: float, upper: float) -> str:
    return f"{value:+.4g} [{lower:+.3g}, {upper:+.3g}]"


def _plot(found: TaskFinding, intervals: Sequence[Interval], reach: float) -> Markup | str:
    if not intervals:
        return "no picture: what was promised has no standard error"
    told = "; ".join(f"{each.name} {each.told}" for each in intervals)
    allowed = -found.tolerance / found.promised[1]
    return interval_plot(intervals, reach, f"{found.task}: {told}; tolerated {-found.tolerance:+.3g}", allowed)
