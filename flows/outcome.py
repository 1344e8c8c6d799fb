"""What a study came to: the flow's answer, for people and for machines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ConfigDict
from rich.console import Console

from mtl.evaluation.comparison import Comparison
from mtl.evaluation.jsonable import EXACT, to_json
from mtl.evaluation.report import comparison_table
from mtl.promotion.decision import Decision
from mtl.promotion.explain import NO_CAUSE


@dataclass(frozen=True)
class Effort:
    """What the runs cost.

    Attributes:
        trained: runs that were trained now.
        reused: runs that an earlier study had left.
        training_seconds: the sum, over the runs trained now, of their own training seconds.
        workers: processes that trained side by side.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    trained: int
    reused: int
    training_seconds: float
    workers: int

    def allowed_seconds(self) -> float:
        """The wall time beyond which orchestration is too dear: 1.3 × training ÷ workers + 25 s."""
        return 1.3 * self.training_seconds / self.workers + 25.0


@dataclass(frozen=True)
class Outcome:
    """A decision and where to look further.

    Attributes:
        version: the candidate's registered version; None when there was no candidate.
        promotion: one sentence: what happened to the alias `champion`.
        causes: why tasks were not better.
        failures: each run that gave no result, and why.
        undefined: each scheme under a way of sharing that it is not defined for, and why; none is trained.
        run_id: the study's parent run in MLflow.
        docs: first page of the Data Docs.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    study: str
    decision: Decision
    comparison: Comparison | None
    version: str | None
    promotion: str
    causes: tuple[str, ...]
    failures: Mapping[str, str]
    undefined: Mapping[str, str]
    effort: Effort
    run_id: str
    report: Path
    docs: Path | None

    def to_plain(self, wall_seconds: float) -> dict[str, Any]:
        """For machines; NaN and infinities are strings."""
        plain: dict[str, Any] = json.loads(to_json(self))
        return {**plain, "wall_seconds": wall_seconds}


def print_outcome(outcome: Outcome, console: Console, wall_seconds: float) -> None:
    """For people: the table, the decision in one sentence, and how to look further."""
    decision = outcome.decision
    console.print()
    console.print(comparison_table(outcome.comparison, {each.task: each.verdict for each in decision.verdicts}))
    console.print()
    console.print(decision.sentence, style="bold green" if decision.promote else "bold yellow", highlight=False)
    console.print(outcome.promotion, highlight=False)
    for cause in outcome.causes:
        if NO_CAUSE not in cause:
            console.print(f"  • {cause}", highlight=False)
    if not decision.promote and decision.replaceable:
        console.print(f"The candidate could take over: {', '.join(decision.replaceable)}.", highlight=False)
    for run, reason in outcome.failures.items():
        console.print(f"Failed run: {run}: {reason}", style="yellow", highlight=False)
    for approach, reason in outcome.undefined.items():
        console.print(f"Not trained: {approach}: {reason}", style="dim", highlight=False)
    _print_effort(outcome.effort, console, wall_seconds)
    console.print(f"Look further: `mtl ui` (runs and models), {_shown(outcome.report / 'report.md')}", highlight=False)


def _print_effort(effort: Effort, console: Console, wall_seconds: float) -> None:
    training = f"{effort.training_seconds:.1f} s of training on {effort.workers} processes"
    console.print(
        f"{effort.trained} runs trained, {effort.reused} reused; {wall_seconds:.1f} s in all for {training}"
        f" (the bound is 1.3 × {effort.training_seconds / effort.workers:.1f} + 25 = {effort.allowed_seconds():.1f} s)",
        style="dim",
        highlight=False,
    )


def _shown(path: Path) -> str:
    """The path, relative to the current folder where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
