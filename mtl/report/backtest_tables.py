"""A backtest as tables: a summary, and a row per tick and task."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from mtl.backtest.following import BASELINES, CHAMPION, NEWEST, PAIRS, POLICIES, TaskFollowing, of_pair
from mtl.backtest.replayed import Backtest, MeanDifference, PolicySummary, Replayed
from mtl.promotion.error_budget import Granted
from mtl.report.plain_text import plain, print_plain
from mtl.report.tables import ABSENT, interval, markdown_table, metric_label, number

REGRETS = tuple(f"regret of {policy}" for policy in POLICIES)
COMPARED = ((CHAMPION, BASELINES), (NEWEST, BASELINES))
"""Pairs of policies that the summary shows the difference of."""

SUMMARY = ("task", *POLICIES, *REGRETS, *(of_pair(*pair) for pair in COMPARED), "windows")
DECISIONS = ("test from", "decision", "candidate", "level", "champion after", "why")

MEANING = (
    "champion: what the gate let through, the single-task models before a first promotion; newest: each retrain's"
    " candidate, whatever the gate said; baselines: the single-task models of each retrain. Regret: how much better the"
    " best of the three was, in the mean over windows, in units of the metric."
)


def print_backtest(found: Backtest, console: Console) -> None:
    """For people at a terminal: each task over the windows, what it comes to, and what the words mean."""
    for summary in found.summaries:
        console.print(_terminal_table(found, summary.task))
    shown = SUMMARY[: 1 + len(POLICIES) + len(REGRETS)]  # what 80 columns have room for
    console.print(_styled(shown, [_summary_row(each)[: len(shown)] for each in found.summaries]))
    print_plain(console, MEANING, style="dim")
    print_plain(console, verdict(found), style="bold")


def verdict(found: Backtest) -> str:
    """How many retrains promoted, in one sentence."""
    named = ", ".join(str(day) for day in found.promotions) or "none"
    count = len(found.promotions)
    return f"{count} of {len(found.ticks)} retrains would have been promoted: {named}."


def summary_markdown(found: Backtest) -> str:
    """Each task over all windows."""
    return markdown_table(SUMMARY, [_summary_row(each) for each in found.summaries])


def decisions_markdown(found: Backtest) -> str:
    """A row per tick."""
    return markdown_table(DECISIONS, [_decision_row(each) for each in found.ticks])


def following_markdown(found: Backtest, task: str) -> str:
    """A row per window, with the difference of each pair of policies."""
    headings = ("from", "until", *POLICIES, *(of_pair(*pair) for pair in PAIRS), "labels")
    return markdown_table(headings, [_following_row(tick, each) for tick, each in _windows(found, task)])


def _windows(found: Backtest, task: str) -> list[tuple[Replayed, TaskFollowing]]:
    return [(tick, each) for tick in found.ticks for each in tick.following if each.task == task]


def _following_row(tick: Replayed, each: TaskFollowing) -> tuple[str, ...]:
    pairs = (_difference(each, of_pair(*pair)) for pair in PAIRS)
    return str(tick.tick.decided_on), str(tick.tick.until), *_values(each), *pairs, f"{each.labels:,}"


def _values(each: TaskFollowing) -> tuple[str, ...]:
    return tuple(number(each.values[policy]) if policy in each.values else ABSENT for policy in POLICIES)


def _difference(each: TaskFollowing, pair: str) -> str:
    paired = each.differences.get(pair)
    return f"{number(paired.difference, '+')} {interval(paired)}" if paired else ABSENT


def _decision_row(each: Replayed) -> tuple[str, ...]:
    level = f"{each.budget.level:.4f}" if isinstance(each.budget, Granted) else ABSENT
    decision, champion = ("promote" if each.decision.promote else "reject"), each.champion or "none yet"
    return str(each.tick.as_of), decision, each.candidate or ABSENT, level, champion, each.decision.sentence


def _summary_row(each: PolicySummary) -> tuple[str, ...]:
    means = (number(each.means[policy]) for policy in POLICIES)
    regrets = (number(each.regrets[policy]) for policy in POLICIES)
    differences = (_mean(each.differences.get(of_pair(*pair))) for pair in COMPARED)
    return f"{each.task} ({metric_label(each.metric)})", *means, *regrets, *differences, str(each.windows)


def _mean(found: MeanDifference | None) -> str:
    if found is None:
        return ABSENT
    return f"{number(found.difference, '+')} [{number(found.lower, '+')}, {number(found.upper, '+')}]"


def _terminal_table(found: Backtest, task: str) -> Table:
    """With the difference that says most: without a promotion champion and baselines are the same."""
    pair = of_pair(CHAMPION if found.promotions else NEWEST, BASELINES)
    rows = [
        (
            str(tick.tick.decided_on),
            "promote" if tick.decision.promote else "reject",
            *_values(each),
            _difference(each, pair),
        )
        for tick, each in _windows(found, task)
    ]
    metric = next(each.metric for each in found.summaries if each.task == task)
    title = f"{task} ({metric_label(metric)}) on the {len(rows)} windows after the decisions"
    return _styled(("from", "decision", *POLICIES, pair), rows, title)


def _styled(headings: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> Table:
    table = Table(title=plain(title) if title else None, title_justify="left")
    table.box, table.padding, table.header_style = None, (0, 1, 0, 0), "bold underline"
    for position, heading in enumerate(headings):
        table.add_column(heading, justify="left" if position == 0 else "right")
    for row in rows:
        table.add_row(*(plain(cell) for cell in row))
    return table
