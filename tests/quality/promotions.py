"""Would the gate have called the multi-task network better on every task than the strongest of its opponents?"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtl.baselines.study_runs import fit_planned
from mtl.evaluation.comparison import ChampionAbsent
from mtl.promotion.better import verdict_on_task
from mtl.promotion.decision import TaskVerdict
from mtl.promotion.evidence import Evidence
from mtl.provenance import digest_of, source_digest
from mtl.study.choices import FittedRun, select
from mtl.study.comparing import compare_measured
from mtl.study.deciding import bootstrap_of
from mtl.study.locked_test import open_test
from mtl.study.measured import measure
from tests.quality.contenders import MEMBERS
from tests.quality.problems import CODE_HERE, Problem, problem_of

NEEDED = ("linear", "trees", "single-task, members", "multi-task, members")
"""The contenders whose runs are compared: all that `mtl run` trains with default settings."""


@dataclass(frozen=True)
class Judged:
    """What the gate would have said.

    Attributes:
        verdicts: by task.
        reasons: of each verdict.
    """

    key: str
    table: str
    split: int
    verdicts: Mapping[str, str]
    reasons: Mapping[str, str]

    @property
    def verdict(self) -> str:
        """On all tasks: better on every one, worse on some, or neither."""
        found = set(self.verdicts.values())
        return "better" if found == {"better"} else "worse" if "worse" in found else "undecided"

    def __str__(self) -> str:
        """For people."""
        return f"{self.table}, split {self.split}: {self.verdict}"


@dataclass(frozen=True)
class Judgement:
    """What is to be judged, on the rows that are held out: from runs that cells have left, which are else fitted."""

    table: str
    split: int
    settings: tuple[tuple[str, Any], ...]

    @property
    def key(self) -> str:
        """The digest of what is judged and of the code that the verdicts follow from."""
        code = source_digest("mtl", "tests.quality.promotions", *CODE_HERE)
        return digest_of(self.table, self.split, dict(self.settings), code)[:32]

    def answer(self, home: Path) -> Judged:
        """Choose the opponents on validation and compare on the rows that are held out, as `mtl run` does."""
        problem = problem_of(self.table, self.split, {**dict(self.settings), "model.members": MEMBERS}, home)
        verdicts = judge(problem)
        return Judged(
            self.key,
            self.table,
            self.split,
            {each.task: each.verdict for each in verdicts},
            {each.task: each.reason for each in verdicts},
        )


def judge(problem: Problem) -> list[TaskVerdict]:
    """The gate's verdict on each task; what it asks besides, of data and of a registered model, is taken to be so."""
    spec, prepared = problem.spec, problem.prepared
    runs = [FittedRun(plan, fit_planned(plan)) for plan in problem.plans]
    chosen = select(prepared, runs, [baseline.label for baseline in spec.baselines])
    measured = measure(open_test(prepared, problem.frame, runs, chosen), chosen, ChampionAbsent())
    comparison = compare_measured(measured, bootstrap_of(spec)) if measured else None
    evidence = Evidence(spec.gated_tasks, True, comparison, None, measured.opponents if measured else {})
    return [verdict_on_task(task, evidence, spec.gate) for task in spec.gated_tasks]
