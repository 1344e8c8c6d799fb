"""What `mtl gate-test` says on a terminal."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from mtl.gate_trials.gate_shape import TaskShape
from mtl.gate_trials.gate_test import GateTest
from mtl.gate_trials.needed import GAIN, POWER
from mtl.promotion.error_budget import Granted, Refused
from mtl.report.plain_text import plain, print_plain
from mtl.spec.gate_section import GateSpec


def print_gate_test(found: GateTest, policy: GateSpec, console: Console) -> None:
    """The tasks, how often the gate errs and finds what is there, and what would make it find more."""
    if sentence := _not_simulated(found):
        print_plain(console, sentence, soft_wrap=True)
        return
    console.print(_tasks(found.tasks))
    console.print(_answers(found))
    for sentence in _sentences(found, policy):
        print_plain(console, sentence, soft_wrap=True)


def _not_simulated(found: GateTest) -> str:
    if found.unjudged:
        return "Nothing can be promoted: " + "; ".join(f"{task}: {why}" for task, why in found.unjudged.items()) + "."
    if isinstance(found.budget, Refused):
        return f"Nothing can be promoted: {found.budget.sentence}."
    if found.budget is None:
        return "The gate compares point estimates (confidence 0.5) and claims no error rate: there is none to simulate."
    return ""


def _tasks(tasks: tuple[TaskShape, ...]) -> Table:
    table = Table("task", "metric", "labels", "units", "opponent", "error of rows", "spread of seeds", "known from")
    for each in tasks:
        labels = f"{each.labels:,}" if each.rare == each.labels else f"{each.labels:,} ({each.rare:,} rare)"
        known = "the last study" if each.measured else "assumed"
        numbers = f"{each.value:.4f}", f"{each.rows_error:.4f}", f"{each.standardised_spread:.2f} × that"
        table.add_row(*map(plain, (each.task, each.metric, labels, f"{each.units:,}", *numbers, known)))
    return table


def _answers(found: GateTest) -> Table:
    table = Table("a candidate that is", "is promoted in", "of")
    rows = {"no better on one task": found.false_promotions}
    rows |= {f"better by {gain:.0%} on every task": share for gain, share in (found.found or {}).items()}
    for told, share in rows.items():
        if share is not None:
            table.add_row(told, str(share), f"{share.trials} trials")
    return table


def _sentences(found: GateTest, policy: GateSpec) -> Iterator[str]:
    if isinstance(found.budget, Granted):
        yield (
            f"Level of this decision: {found.budget.level:.4f}, for look {found.budget.number} at these test rows;"
            f" {policy.confirmation} fresh seeds."
        )
    if assumed := [each.task for each in found.tasks if not each.measured]:
        yield (
            f"No earlier study tells how models of {', '.join(assumed)} differ: a middling opponent and a spread of"
            " seeds as large as the error of the rows are assumed."
        )
    yield from _needed(found)
    yield "No champion, model in use or slice is asked here; each of them may refuse a candidate besides."


def _needed(found: GateTest) -> Iterator[str]:
    yield f"To find a gain of {GAIN:.0%} on every task with a probability of {POWER:.0%}, it would take"
    alone = "as many labels as there are" if found.labels == 1.0 else f"{found.labels} times as many labels"
    yield f"  {alone}, or" if found.labels else "  more labels than anyone has, or"
    yield f"  {found.seeds} fresh seeds, or" if found.seeds else "  more than 100 fresh seeds, or"
    if found.both is None:
        yield "  more than 10 times as many labels together with 100 fresh seeds."
    else:
        times, seeds = found.both
        yield f"  {times} times as many labels together with {seeds} fresh seeds (`gate: {{confirmation: {seeds}}}`)."
