"""Material of reports: of the small study, and of studies that pages find hard to show."""

from dataclasses import replace

import numpy as np

from mtl.evaluation.paired_difference import PairedDifference
from mtl.promotion.decision import TaskVerdict, Verdict
from mtl.promotion.evidence import ArtifactCheck
from mtl.report.report_material import Material, Told
from mtl.report.web.about import about_study
from mtl.study.choices import gated_tasks
from mtl.study.deciding import decide
from mtl.study.leaderboard import Cost, Leaderboard, Standing, build_leaderboard
from tests.mtl.study.fitted import FittedStudy

CHECKS = {"passed": True, "checks": 31, "rows": 2000, "failures": [{"message": "age is <odd>"}]}


def material_of(fitted: FittedStudy) -> Material:
    """What the small study came to, which is rejected."""
    decided = fitted.decided(ArtifactCheck(True, True, "500 rows"))
    board = build_leaderboard(gated_tasks(fitted.study.prepared), fitted.runs, fitted.selection, decided.basis.measured)
    told = Told(
        ("hba1c: a lucky seed.", "hba1c: too little data: 9 labels."),
        board,
        ("On hba1c a linear model is the strongest.",),
    )
    about = about_study(fitted.study.spec, fitted.study.frame, fitted.study.prepared)
    return Material(fitted.study.spec, fitted.runs, fitted.selection, decided, told, about, CHECKS)


def without_candidate(fitted: FittedStudy) -> Material:
    """Nothing could be compared."""
    nothing = decide(fitted.study.spec, True, None, None, None)
    selection = replace(fitted.selection, candidate=None)
    told = Told((), Leaderboard(), ())
    return replace(material_of(fitted), runs=[], selection=selection, decided=nothing, told=told)


VERDICTS: tuple[Verdict, ...] = ("worse", "undecided", "no worse", "better")
LONG = "a_name_of_sixty_characters_that_nobody_would_write_by_choice"


def hard_to_show(fitted: FittedStudy, tasks: int = 12, approaches: int = 66) -> Material:
    """Many tasks, names of sixty characters, the approaches of two hundred runs, and a task that could not be judged.

    The evidence of the first task stands for all; nobody trains two hundred runs to see how they look.
    """
    material = material_of(fitted)
    assert material.decided.comparison is not None
    first, comparison = material.decided.comparison.tasks[0], material.decided.comparison
    names = [f"{LONG[:-2]}{number:02}" for number in range(tasks)]
    shifts = np.linspace(-30.0, 30.0, tasks)
    pairs = zip(names, shifts, strict=True)
    found = tuple(replace(first, difference=_shifted(first.difference, name, shift)) for name, shift in pairs)
    verdicts = tuple(TaskVerdict(name, VERDICTS[at % 4], "r2 +0.01 [-0.02, +0.04]") for at, name in enumerate(names))
    unjudged = TaskVerdict("unjudged", "undecided", "not judged: the test side holds one class alone")
    decision = replace(
        material.decided.decision, verdicts=(*verdicts, unjudged), reasons=(f"{unjudged.task} is undecided: it",)
    )
    opponent = next(iter(comparison.baselines.values()))
    compared = replace(comparison, tasks=found, baselines=dict.fromkeys(names, opponent))
    board = _board(names, [f"{LONG[:-3]}{number:03}" for number in range(approaches)])
    return replace(
        material,
        decided=replace(material.decided, decision=decision, comparison=compared),
        told=replace(material.told, leaderboard=board),
    )


def of_one_task(fitted: FittedStudy) -> Material:
    """The same with one task alone."""
    return hard_to_show(fitted, tasks=1, approaches=1)


def _shifted(paired: PairedDifference, task: str, errors: float) -> PairedDifference:
    by = errors * paired.standard_error
    bounds = (paired.difference + by, paired.lower + by, paired.upper + by)
    return replace(paired, task=task, difference=bounds[0], lower=bounds[1], upper=bounds[2])


def _board(tasks: list[str], approaches: list[str]) -> Leaderboard:
    contenders = ["network", "boosted_trees", *approaches]
    standings = tuple(
        Standing(task, "r2", contender, f"{contender}, seed 0", 0.5 - 0.01 * number, np.nan, 0.01, np.nan, "")
        for task in tasks
        for number, contender in enumerate(contenders)
    )
    costs = tuple(Cost(name, len(tasks), 1.0 + rank, 9.0, 5000, 2.0) for rank, name in enumerate(contenders))
    return Leaderboard(("network", "boosted_trees"), approaches[0], standings, costs)
