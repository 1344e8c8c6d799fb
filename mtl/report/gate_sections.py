"""What a decision rests on beside one run against one: fresh seeds, the ledger of test rows, slices."""

from collections.abc import Iterator

import numpy as np

from mtl.evaluation.comparison import Comparison
from mtl.evaluation.procedure_difference import ProcedureDifference
from mtl.promotion.error_budget import Granted, Refused
from mtl.report.tables import ABSENT, markdown_table, metric_label, number


def gate_sections(
    comparison: Comparison | None, budget: Granted | Refused | None, promoted: bool = False
) -> Iterator[str]:
    """Sections of the report, as Markdown; `promoted`: the candidate was accepted, which gives its level back."""
    yield from _budget(budget, promoted)
    if comparison is not None:
        yield from _fresh_seeds(comparison)
        yield from _slices(comparison)


def budget_sentence(budget: Granted | Refused | None, promoted: bool = False) -> str:
    """What test rows allowed this decision and allow the next; empty where nobody asked."""
    match budget:
        case Granted(number, level, spent, left, fresh):
            given_back = ", which the promotion gives back" if promoted else ""
            rest = left + level if promoted else left
            return (
                f"Look {number} at these test rows, {fresh:.0%} of which were new. They allow false promotions of"
                f" {_share(spent + level + left)} in all: {_share(level)} for this look{given_back},"
                f" {_share(spent)} spent by earlier ones, {_share(rest)} left for later ones."
            )
        case Refused():
            return f"No look was granted: {budget.sentence}."
        case None:
            return ""


def _share(error: float) -> str:
    return f"{100 * error:.2f} %"


def _budget(budget: Granted | Refused | None, promoted: bool) -> Iterator[str]:
    if told := budget_sentence(budget, promoted):
        yield "## What the test rows allow"
        yield told


def _fresh_seeds(comparison: Comparison) -> Iterator[str]:
    found = [each.procedure for each in comparison.tasks if each.procedure]
    if not found:
        return
    yield "## Over fresh seeds"
    yield (
        "The way of training against its opponent's, with seeds that nothing was chosen by: means over seeds, and their"
        " difference with rows and seeds as sources of its error."
    )
    headings = (
        "task",
        "metric",
        "opponent",
        "candidate",
        "difference",
        "interval",
        "rows ±",
        "seeds ±",
        "seeds",
    )
    yield markdown_table(headings, [_fresh_row(each) for each in found])


def _fresh_row(each: ProcedureDifference) -> tuple[str, ...]:
    return (
        each.task,
        metric_label(each.metric),
        number(each.reference),
        number(each.candidate),
        number(each.difference, "+"),
        _interval(each.lower, each.upper),
        number(each.rows_error),
        number(each.seeds_error),
        " and ".join(map(str, each.seeds)),
    )


def _slices(comparison: Comparison) -> Iterator[str]:
    if not comparison.slices:
        return
    yield "## Slices"
    yield "The candidate against each task's opponent on parts of the rows; bounds hold for all of them together."
    rows = [
        (
            part.difference.task,
            part.column,
            part.value,
            f"{part.difference.labels:,}",
            number(part.difference.difference, "+"),
            _interval(-np.inf, part.difference.upper),
            "surely worse" if part.surely_worse else "",
        )
        for part in comparison.slices
    ]
    yield markdown_table(("task", "column", "value", "labels", "difference", "at most", ""), rows)


def _interval(lower: float, upper: float) -> str:
    if not np.isfinite(upper):
        return ABSENT
    return f"[{lower:+.4f}, {upper:+.4f}]" if np.isfinite(lower) else f"{upper:+.4f}"
