"""The one readable table of a comparison, for a terminal and as Markdown."""

from collections.abc import Mapping, Sequence

import numpy as np
from rich.table import Table

from mtl.evaluation.comparison import Comparison, TaskComparison
from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import PairedDifference
from mtl.report.plain_text import plain

HEADINGS = ("task", "metric", "baseline", "candidate", "difference", "interval", "seed mean", "labels", "verdict")
"""`baseline` and `candidate` are values of the metric; the three after them are differences, positive is better."""

SHOWN = ("task", "baseline", "candidate", "difference", "interval", "verdict")
"""The headings that a terminal of 80 columns has room for."""

ABSENT = "–"
STYLES = {"better": "green", "no worse": "cyan", "worse": "red", "undecided": "yellow"}


def comparison_table(comparison: Comparison | None, verdicts: Mapping[str, str]) -> Table:
    """The table for a terminal.

    Args:
        comparison: the evidence on the test side, if there is any.
        verdicts: gated task → better, worse or undecided; one row each.
    """
    table = Table(
        title=plain(_title(comparison)),
        caption=plain(comparison_caption(comparison)),
        title_justify="left",
        caption_justify="left",
    )
    table.box, table.padding, table.header_style = None, (0, 2, 0, 0), "bold underline"
    for heading in SHOWN:
        left = heading in ("task", "verdict")
        table.add_column(heading, justify="left" if left else "right", no_wrap=heading != "task", overflow="fold")
    for row in rows(comparison, verdicts):
        cells = dict(zip(HEADINGS, row, strict=True))
        task = plain(cells["task"] if cells["metric"] == ABSENT else f"{cells['task']} ({cells['metric']})")
        verdict = plain(cells["verdict"], style=STYLES.get(cells["verdict"], ""))
        table.add_row(task, *(plain(cells[name]) for name in SHOWN[1:-1]), verdict)
    return table


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
    """Both bounds, or a dash when they are not finite."""
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
    confidence = ", ".join(sorted({f"{100 * each.difference.confidence:.4g} %" for each in comparison.tasks}))
    sources = {task: run.pretrained_on for task, run in comparison.baselines.items() if run.pretrained_on}
    pretrained = ", ".join(f"{task}'s on {source}" for task, source in sources.items())
    return (
        f"A difference is the candidate's gain on its baseline: positive is better. Each bound holds at {confidence}."
        + (f" Baselines that were pretrained: {pretrained}." if pretrained else "")
    )


def _on_seed_mean(comparison: Comparison | None) -> str:
    """What stands in that column, where it has a bound."""
    bounded = comparison is not None and any(each.procedure for each in comparison.tasks)
    return "Seed mean: the gain in the mean over fresh seeds, and its lower bound." if bounded else ""
