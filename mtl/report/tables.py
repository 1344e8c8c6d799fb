"""The one readable table of a comparison, for a terminal and as Markdown."""

from collections.abc import Mapping, Sequence

import numpy as np
from rich.table import Table

from mtl.evaluation.comparison import Comparison, TaskComparison
from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import PairedDifference
from mtl.evaluation.procedure_difference import ProcedureDifference
from mtl.report.plain_text import plain

HEADINGS = ("task", "metric", "baseline", "candidate", "difference", "interval", "seed mean", "labels", "verdict")
"""`baseline` and `candidate` are values of the metric; the three after them are differences, positive is better."""

SHOWN = ("task", "baseline", "candidate", "difference", "interval", "verdict")
"""The headings that a terminal of 80 columns has room for."""

ABSENT = "–"

POINT_RULE = "by its value"
"""In place of an interval where `gate.confidence: 0.5` asks for none."""

WIDE = 110
"""Columns of a terminal from which fresh seeds have a column of their own; below, they are a line under their task."""

SEEDS_TOLD = "Seeds: the same over fresh seeds, which decided here."

SEEDS, POINT = "seeds", 0.5
STYLES = {"better": "green", "no worse": "cyan", "worse": "red", "undecided": "yellow"}


def comparison_table(comparison: Comparison | None, verdicts: Mapping[str, str], width: int = WIDE) -> Table:
    """The table for a terminal.

    Args:
        comparison: the evidence on the test side, if there is any.
        verdicts: gated task → better, worse or undecided; one row each.
        width: columns that the terminal has.
    """
    seeds = _deciding_seeds(comparison, verdicts)
    table = Table(
        title=plain(_title(comparison)),
        caption=plain(" ".join([comparison_caption(comparison), *([SEEDS_TOLD] if seeds else [])])),
        title_justify="left",
        caption_justify="left",
    )
    table.box, table.padding, table.header_style = None, (0, 2, 0, 0), "bold underline"
    shown = (*SHOWN[:-1], SEEDS, SHOWN[-1]) if seeds and width >= WIDE else SHOWN
    for heading in shown:
        left = heading in ("task", "verdict")
        table.add_column(heading, justify="left" if left else "right", no_wrap=heading != "task", overflow="fold")
    for row in rows(comparison, verdicts):
        cells = {**dict(zip(HEADINGS, row, strict=True)), SEEDS: ""}
        found = seeds.get(cells["task"])
        cells[SEEDS] = f"{number(found.difference, '+')} {_seeds_interval(found)}" if found else ""
        task = plain(cells["task"] if cells["metric"] == ABSENT else f"{cells['task']} ({cells['metric']})")
        verdict = plain(cells["verdict"], style=STYLES.get(cells["verdict"], ""))
        table.add_row(task, *(plain(cells[name]) for name in shown[1:-1]), verdict)
        if found and SEEDS not in shown:
            table.add_row(*(plain(cell, style="dim") for cell in _seeds_row(found)))
    return table


def _deciding_seeds(comparison: Comparison | None, verdicts: Mapping[str, str]) -> dict[str, ProcedureDifference]:
    """Of each task that its own interval puts above 0 and fresh seeds do not: what decided."""
    return {
        each.task: each.procedure
        for each in (comparison.tasks if comparison else ())
        if each.procedure and verdicts.get(each.task) not in (None, "better")
        if each.difference.lower > 0 and not each.procedure.lower >= each.difference.lower
    }


def _seeds_row(found: ProcedureDifference) -> tuple[str, ...]:
    values = (number(found.reference), number(found.candidate), number(found.difference, "+"))
    return ("  seeds", *values, _seeds_interval(found), "")


def _seeds_interval(found: ProcedureDifference) -> str:
    return f"[{number(found.lower, '+')}, {number(found.upper, '+')}]"


def comparison_markdown(comparison: Comparison | None, verdicts: Mapping[str, str]) -> str:
    """The same table as Markdown. Arguments as of `comparison_table`."""
    table = markdown_table(HEADINGS, rows(comparison, verdicts))
    caption = " ".join(part for part in (comparison_caption(comparison), _on_seed_mean(comparison)) if part)
    return "\n\n".join(part for part in (_title(comparison), table, caption) if part)


def rows(comparison: Comparison | None, verdicts: Mapping[str, str]) -> list[tuple[str, ...]]:
    """One row of cells per task, under `HEADINGS`, with a dash for whatever is not known."""
    return [_row(task, verdict, comparison) for task, verdict in verdicts.items()]


def markdown_table(headings: tuple[str, ...], body: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; a vertical bar within a cell is escaped."""
    lines = [headings, ("---",) * len(headings), *body]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def metric_label(metric: str) -> str:
    """A metric's name with an arrow to its better side."""
    return f"{metric} {'↑' if metric_named(metric).direction > 0 else '↓'}"


def number(value: float, sign: str = "") -> str:
    """Four decimals, or a dash when it is not finite."""
    return f"{value:{sign}.4f}" if np.isfinite(value) else ABSENT


def interval(paired: PairedDifference) -> str:
    """Both bounds, or a dash when they are not finite; a word where the point rule asks for none."""
    if paired.confidence <= POINT and np.isfinite(paired.difference):
        return POINT_RULE
    known = np.isfinite([paired.lower, paired.upper]).all()
    return f"[{paired.lower:+.4f}, {paired.upper:+.4f}]" if known else ABSENT


def _row(task: str, verdict: str, comparison: Comparison | None) -> tuple[str, ...]:
    found = comparison.of(task) if comparison else None
    if found is None:
        return (task, *(ABSENT,) * (len(HEADINGS) - 2), verdict)
    paired = found.difference
    return (
        task,
        metric_label(paired.metric),
        number(paired.reference),
        number(paired.candidate),
        number(paired.difference, "+"),
        interval(paired),
        _seed_mean(found),
        f"{paired.labels:,}",
        verdict,
    )


def _seed_mean(found: TaskComparison) -> str:
    """Over fresh seeds with its lower bound, which the decision rests on, too."""
    mean = number(found.seed_mean_difference, "+")
    return f"{mean} (> {number(found.procedure.lower, '+')})" if found.procedure else mean


def _title(comparison: Comparison | None) -> str:
    return f"Candidate: {comparison.candidate}" if comparison else "Nothing was compared"


def comparison_caption(comparison: Comparison | None) -> str:
    """What differences and bounds mean; empty where there are none."""
    if not comparison or not comparison.tasks:
        return ""
    bounds = sorted({each.difference.confidence for each in comparison.tasks})
    sources = {task: run.pretrained_on for task, run in comparison.baselines.items() if run.pretrained_on}
    pretrained = ", ".join(f"{task}'s on {source}" for task, source in sources.items())
    return f"A difference is the candidate's gain on its baseline: positive is better. {_rule_of(bounds)}" + (
        f" Baselines that were pretrained: {pretrained}." if pretrained else ""
    )


def _rule_of(confidences: Sequence[float]) -> str:
    if all(confidence <= POINT for confidence in confidences):
        return (
            "The values themselves decide, as gate.confidence 0.5 asks: nothing is claimed of how often that is luck."
        )
    return f"Each bound holds at {', '.join(f'{100 * confidence:.4g} %' for confidence in confidences)}."


def _on_seed_mean(comparison: Comparison | None) -> str:
    """What stands in that column, where it has a bound."""
    bounded = comparison is not None and any(each.procedure for each in comparison.tasks)
    return "Seed mean: the gain in the mean over fresh seeds, and its lower bound." if bounded else ""
