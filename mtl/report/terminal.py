"""What a terminal shows of a study's outcome."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from rich.console import Console

from mtl.promotion.likely_causes import NO_CAUSE
from mtl.report.gate_sections import budget_sentence
from mtl.report.leaderboard_table import leaderboard_table, tuned_settings
from mtl.report.outcome import Effort, Outcome
from mtl.report.plain_text import print_hanging, print_plain
from mtl.report.report_names import HTML
from mtl.report.tables import comparison_table


def print_outcome(outcome: Outcome, console: Console, wall_seconds: float, asked_seconds: float | None = None) -> None:
    """For people: the table, the decision in one sentence, and how to look further.

    Args:
        outcome: of the study.
        console: where it is printed.
        wall_seconds: what the command took.
        asked_seconds: what it was to take, if that was said.
    """
    decision = outcome.decision
    _print_unchanged(outcome.unchanged_since, console)
    verdicts = {each.task: each.verdict for each in decision.verdicts}
    console.print()
    console.print(comparison_table(outcome.comparison, verdicts, console.width))
    console.print()
    print_hanging(console, decision.sentence, style="bold green" if decision.promote else "bold yellow")
    print_hanging(console, outcome.promotion)
    _print_reasons(outcome, console)
    _print_evidence(outcome, console)
    for run, reason in outcome.failures.items():
        print_hanging(console, f"{run}: {reason}", "Failed run: ", style="yellow")
    for approach, reason in outcome.undefined.items():
        print_hanging(console, f"{approach}: {reason}", "Not trained: ", style="dim")
    _print_warnings(outcome.warnings, console)
    console.print()
    if outcome.leaderboard.costs:
        console.print(leaderboard_table(outcome.leaderboard))
    for line in tuned_settings(outcome.leaderboard):
        print_hanging(console, line, style="dim")
    for remark in outcome.remarks:
        print_hanging(console, remark)
    _print_effort(outcome.effort, console, wall_seconds)
    if asked_seconds is not None and wall_seconds > asked_seconds:
        print_hanging(console, _late(outcome, wall_seconds, asked_seconds), style="yellow")
    for command, what in next_steps(outcome):
        print_hanging(console, f"`{command}` {what}", "Next: ")
    print_plain(console, f"Look further: `mtl report`, {_shown(outcome.report / HTML)}; `mtl ui` (runs and models)")


def next_steps(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Commands that this outcome suggests, each with what it does."""
    study, decision = outcome.study, outcome.decision
    if decision.promote:
        if "mtl promote" in outcome.promotion:
            yield f"mtl promote {study}", "makes the accepted version the champion"
        yield f"mtl serve {study}", "serves the champion over HTTP"
        return
    short = [each.task for each in decision.verdicts if each.verdict == "undecided"]
    if outcome.comparison is not None:
        yield f"mtl explain {study}", "looks for the causes, by short trainings that read no test row"
    if short and outcome.comparison is not None:
        yield f"mtl learning-curve {study}", f"says what more labels would bring on {', '.join(short)}"


MOST_OBJECTIONS = 12
"""Objections that a terminal shows; the report has them all."""


def _print_reasons(outcome: Outcome, console: Console) -> None:
    """What is held against the candidate, then what may have caused it, then what it could do all the same."""
    decision = outcome.decision
    for reason in decision.reasons[:MOST_OBJECTIONS]:
        print_hanging(console, reason, "  • ")
    if len(decision.reasons) > MOST_OBJECTIONS:
        more = len(decision.reasons) - MOST_OBJECTIONS
        print_hanging(console, f"{more} more objections are in the report", "  • ")
    causes = [cause for cause in outcome.causes if NO_CAUSE not in cause]
    if causes:
        print_plain(console, "What was measured besides:")
    for cause in causes:
        print_hanging(console, cause, "  • ")
    if not decision.promote and decision.replaceable:
        print_hanging(console, f"The candidate could take over: {', '.join(decision.replaceable)}.")


MOST_WARNINGS = 3
"""Warnings about the data that a terminal shows; the report has them all."""


def _print_warnings(warnings: tuple[str, ...], console: Console) -> None:
    for warning in warnings[:MOST_WARNINGS]:
        print_hanging(console, warning, "Data: ", style="yellow")
    if len(warnings) > MOST_WARNINGS:
        more = f"{len(warnings) - MOST_WARNINGS} more warnings about the data are in the report"
        print_hanging(console, more, style="yellow")


def _print_unchanged(since: str | None, console: Console) -> None:
    if since is None:
        return
    ended = datetime.fromisoformat(since).astimezone()
    told = "data, spec, code and champion are the same, and so is what they come to"
    print_plain(
        console, f"Nothing has changed since {ended:%Y-%m-%d %H:%M}: {told}. `--again` goes through every step."
    )


def _print_evidence(outcome: Outcome, console: Console) -> None:
    for warning in outcome.decision.warnings:
        print_hanging(console, warning, "Evidence: ", style="yellow")
    if told := budget_sentence(outcome.budget, outcome.decision.promote):
        print_hanging(console, told, style="dim")


def _print_effort(effort: Effort, console: Console, wall_seconds: float) -> None:
    took = f"{wall_seconds:.1f} s in all"
    if effort.trained:
        took += f" for {effort.training_seconds:.1f} s of training on {effort.workers} processes"
    told = f"{effort.trained} runs trained, {effort.reused} reused; {took}"
    print_hanging(console, told, style="dim")


def _late(outcome: Outcome, took: float, asked: float) -> str:
    short = all(choice.trials <= 1 for choice in outcome.tuning.choices)
    told = ", which is too short for this study even without tuning" if short else ""
    return f"It took {took:.0f} s; --time asked for {asked:g} s{told}."


def _shown(path: Path) -> str:
    """The path, relative to the current folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
