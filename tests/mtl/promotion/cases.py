"""Sound evidence that promotes, and everything that can be wrong with it, one fault at a time."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from mtl.evaluation.comparison import (
    ChampionAbsent,
    ChampionAnswer,
    ChampionCompared,
    ChampionUnknown,
    Comparison,
    TaskComparison,
)
from mtl.evaluation.paired_difference import PairedDifference
from mtl.evaluation.procedure_difference import ProcedureDifference
from mtl.evaluation.slices import SliceDifference
from mtl.promotion.error_budget import Granted, Refused
from mtl.promotion.evidence import ArtifactCheck, Evidence, Opponent
from mtl.run_names import RunName
from mtl.spec.gate_section import GateSpec
from tests.changed import changed

POLICY = GateSpec(confidence=0.95, margin=0.01, min_labels=100)
TASKS = ("price", "sold")


def make_difference(
    task: str = "price", /, lower: float = 0.02, width: float = 0.04, **changes: object
) -> PairedDifference:
    """A difference that is better than the margin by the policy, unless told otherwise."""
    sound = PairedDifference(
        task=task,
        metric="r2",
        candidate=0.5 + lower + width / 2,
        reference=0.5,
        difference=lower + width / 2,
        lower=lower,
        upper=lower + width,
        standard_error=width / 4,
        probability_better=0.99,
        confidence=0.95,
        labels=400,
        units=300,
        undefined_resamples=0,
    )
    return changed(sound, changes)


def make_procedure(paired: PairedDifference, lower: float | None = None) -> ProcedureDifference:
    """Over three seeds a side what one run against one shows, unless `lower` tells otherwise."""
    lower = paired.lower if lower is None else lower
    return ProcedureDifference(
        task=paired.task,
        metric=paired.metric,
        candidate=paired.candidate,
        reference=paired.reference,
        difference=lower + (paired.difference - paired.lower),
        lower=lower,
        upper=lower + (paired.upper - paired.lower),
        rows_error=0.01,
        seeds_error=0.01,
        degrees_of_freedom=8.0,
        seeds_degrees=4,
        units=paired.units,
        confidence=paired.confidence,
        seeds=(3, 3),
        undefined_share=0.0,
    )


def over_constant(paired: PairedDifference) -> PairedDifference:
    """The same candidate against a constant, which it is far better than."""
    return replace(paired, reference=0.0, difference=0.54, lower=0.5, upper=0.58)


def make_comparison(*differences: PairedDifference, champion: ChampionAnswer | None = None) -> Comparison:
    """A comparison whose seed means agree with its differences."""
    return Comparison(
        RunName.multi("equal", 0),
        {each.task: RunName.single(each.task, 0) for each in differences},
        tuple(compared_on(each) for each in differences),
        champion or ChampionAbsent(),
    )


def compared_on(paired: PairedDifference) -> TaskComparison:
    """All that is compared on a task, in agreement with one difference."""
    against = over_constant(paired), make_procedure(paired)
    return TaskComparison(paired, paired.difference, 3, {}, *against, rare_labels=paired.labels, adjusted=0.001)


def make_evidence(champion: ChampionAnswer | None = None) -> Evidence:
    """Evidence that promotes."""
    comparison = make_comparison(*map(make_difference, TASKS), champion=champion)
    return evidence_of(TASKS, comparison)


def evidence_of(tasks: tuple[str, ...], comparison: Comparison) -> Evidence:
    """Evidence that is sound but for its comparison."""
    known = (ArtifactCheck(True, True), dict.fromkeys(tasks, Opponent()))
    return Evidence(tasks, True, comparison, *known, budget=Granted(1, 1.0 - POLICY.confidence, 0.0, 0.0, 1.0))


def with_task(evidence: Evidence, index: int, **changes: object) -> Evidence:
    """The evidence with one task's difference changed."""
    assert evidence.comparison is not None
    tasks = list(evidence.comparison.tasks)
    tasks[index] = replace(tasks[index], difference=changed(tasks[index].difference, changes))
    return replace(evidence, comparison=replace(evidence.comparison, tasks=tuple(tasks)))


def with_found(evidence: Evidence, index: int, **changes: object) -> Evidence:
    """The evidence with one task's comparison changed."""
    assert evidence.comparison is not None
    tasks = list(evidence.comparison.tasks)
    tasks[index] = changed(tasks[index], changes)
    return replace(evidence, comparison=replace(evidence.comparison, tasks=tuple(tasks)))


def with_procedure(evidence: Evidence, index: int, **changes: object) -> Evidence:
    """The evidence with one task's difference of ways of training changed."""
    assert evidence.comparison is not None
    procedure = evidence.comparison.tasks[index].procedure
    assert procedure is not None
    return with_found(evidence, index, procedure=changed(procedure, changes))


def with_seed_mean(evidence: Evidence, index: int, value: float) -> Evidence:
    """The evidence with one task's seed mean changed, as before version 4 of the rules."""
    return with_found(evidence, index, seed_mean_difference=value)


def with_constant(evidence: Evidence, index: int, **changes: object) -> Evidence:
    """The evidence with one task's difference to a constant changed."""
    assert evidence.comparison is not None
    tasks = list(evidence.comparison.tasks)
    constant = tasks[index].constant
    assert constant is not None
    tasks[index] = replace(tasks[index], constant=changed(constant, changes))
    return replace(evidence, comparison=replace(evidence.comparison, tasks=tuple(tasks)))


def without_constant(evidence: Evidence, index: int) -> Evidence:
    """The evidence of a task that was not compared with a constant."""
    assert evidence.comparison is not None
    tasks = list(evidence.comparison.tasks)
    tasks[index] = replace(tasks[index], constant=None)
    return replace(evidence, comparison=replace(evidence.comparison, tasks=tuple(tasks)))


def without_task(evidence: Evidence, index: int) -> Evidence:
    """The evidence with one task's comparison missing."""
    assert evidence.comparison is not None
    tasks = tuple(each for place, each in enumerate(evidence.comparison.tasks) if place != index)
    return replace(evidence, comparison=replace(evidence.comparison, tasks=tasks))


def with_champion(evidence: Evidence, champion: ChampionAnswer) -> Evidence:
    """The evidence with another answer about the champion."""
    assert evidence.comparison is not None
    return replace(evidence, comparison=replace(evidence.comparison, champion=champion))


def with_anchor(evidence: Evidence, anchor: ChampionAnswer) -> Evidence:
    """The evidence with an answer about the best former champion."""
    assert evidence.comparison is not None
    return replace(evidence, comparison=replace(evidence.comparison, anchor=anchor))


def with_slice(evidence: Evidence, index: int, surely_worse: bool) -> Evidence:
    """The evidence with a part of the rows on which one task is, or is not, surely worse."""
    assert evidence.comparison is not None
    upper = -0.1 if surely_worse else 0.1
    part = SliceDifference("origin", "JFK", make_difference(TASKS[index], lower=-0.2, upper=upper))
    return replace(evidence, comparison=replace(evidence.comparison, slices=(part,)))


def with_opponent(evidence: Evidence, index: int, opponent: Opponent | None) -> Evidence:
    """The evidence with something else known of a task's opponent, or nothing."""
    others = {task: each for task, each in evidence.opponents.items() if task != TASKS[index]}
    return replace(evidence, opponents=others if opponent is None else {**others, TASKS[index]: opponent})


Fault = Callable[[Evidence, int], Evidence]
"""(sound evidence, index of a task) → the evidence with one thing wrong."""


def constant_is(name: str, value: float) -> Fault:
    """A number of the difference to a constant is another."""
    return lambda evidence, index: with_constant(evidence, index, **{name: value})


NUMBERS = ("candidate", "reference", "difference", "lower", "upper", "standard_error", "probability_better")

FAULTS: dict[str, Fault] = {
    **{
        f"{name} is {bad}": lambda evidence, index, name=name, bad=bad: with_task(evidence, index, **{name: bad})  # type: ignore[misc]
        for name in NUMBERS
        for bad in (np.nan, np.inf, -np.inf)
    },
    "lower at the margin": lambda evidence, index: with_task(evidence, index, lower=POLICY.margin),
    "lower below the margin": lambda evidence, index: with_task(evidence, index, lower=0.005),
    "worse": lambda evidence, index: with_task(evidence, index, lower=-0.3, difference=-0.2, upper=-0.1),
    "too few labels": lambda evidence, index: with_task(evidence, index, labels=99),
    "too few units": lambda evidence, index: with_task(evidence, index, units=4),
    "no labels": lambda evidence, index: with_task(evidence, index, labels=0, units=0),
    "too many undefined resamples": lambda evidence, index: with_task(
        evidence, index, undefined_resamples=40, lower=np.nan, upper=np.nan
    ),
    "too few labels of the rarer class": lambda evidence, index: with_found(evidence, index, rare_labels=29),
    "a lost class": lambda evidence, index: with_found(evidence, index, lost=("spam",)),
    "another confidence": lambda evidence, index: with_task(evidence, index, confidence=0.9),
    "fresh seeds disagree": lambda evidence, index: with_procedure(evidence, index, lower=-0.001),
    "fresh seeds at the margin": lambda evidence, index: with_procedure(evidence, index, lower=POLICY.margin),
    "fresh seeds are worse": lambda evidence, index: with_procedure(evidence, index, lower=-0.2, upper=-0.1),
    "bounds over fresh seeds are NaN": lambda evidence, index: with_procedure(evidence, index, lower=np.nan),
    "bounds over fresh seeds are infinite": lambda evidence, index: with_procedure(evidence, index, upper=np.inf),
    "a fresh seed was lost": lambda evidence, index: with_found(evidence, index, procedure=None),
    "the ledger was not asked": lambda evidence, _: replace(evidence, budget=None),
    "the budget is spent": lambda evidence, _: replace(evidence, budget=Refused(7, 0.05, 0.0498, 0.0)),
    "the ledger grants less": lambda evidence, _: replace(evidence, budget=Granted(2, 0.01, 0.02, 0.02, 0.0)),
    "a slice is worse": lambda evidence, index: with_slice(evidence, index, surely_worse=True),
    "worse than the best former champion": lambda evidence, index: with_anchor(
        evidence, ChampionCompared("5", (make_difference(TASKS[index], lower=-0.3, width=0.2),))
    ),
    "maybe worse than the best former champion": lambda evidence, index: with_anchor(
        evidence, ChampionCompared("5", (make_difference(TASKS[index], lower=-0.05),))
    ),
    "the best former champion is gone": lambda evidence, _: with_anchor(evidence, ChampionUnknown("deleted")),
    "maybe worse than the champion": lambda evidence, index: with_champion(
        evidence, ChampionCompared("7", (make_difference(TASKS[index], lower=-0.05),))
    ),
    "a class that the champion finds": lambda evidence, index: with_champion(
        evidence, ChampionCompared("7", (make_difference(TASKS[index]),), lost={TASKS[index]: ("spam",)})
    ),
    "missing baseline": without_task,
    "not judged": lambda evidence, index: replace(evidence, unjudged={TASKS[index]: "no label"}),
    "no constant": without_constant,
    "as good as a constant": lambda evidence, index: with_constant(evidence, index, lower=0.0),
    "worse than a constant": lambda evidence, index: with_constant(evidence, index, lower=-0.2, upper=-0.1),
    "a constant on too few labels": lambda evidence, index: with_constant(evidence, index, labels=3),
    "a constant at another confidence": lambda evidence, index: with_constant(evidence, index, confidence=0.9),
    **{f"{name} of the constant is {bad}": constant_is(name, bad) for name in NUMBERS for bad in (np.nan, np.inf)},
    "opponent not converged": lambda evidence, index: with_opponent(evidence, index, Opponent((), "at the cap")),
    "opponent missing": lambda evidence, index: with_opponent(evidence, index, Opponent(("linear",))),
    "opponent unknown": lambda evidence, index: with_opponent(evidence, index, None),
    "checks failed": lambda evidence, _: replace(evidence, checks_passed=False),
    "nothing compared": lambda evidence, _: replace(evidence, comparison=None),
    "no gated task": lambda evidence, _: replace(evidence, tasks=()),
    "a further gated task": lambda evidence, _: replace(evidence, tasks=(*evidence.tasks, "other")),
    "artifact not checked": lambda evidence, _: replace(evidence, artifact=None),
    "artifact differs": lambda evidence, _: replace(evidence, artifact=ArtifactCheck(False, True)),
    "artifact is silent": lambda evidence, _: replace(evidence, artifact=ArtifactCheck(True, False)),
    "cannot tell": lambda evidence, _: with_champion(evidence, ChampionUnknown("timeout")),
    "nothing shared with the champion": lambda evidence, _: with_champion(evidence, ChampionCompared("7", ())),
    "worse than the champion": lambda evidence, index: with_champion(
        evidence, ChampionCompared("7", (make_difference(TASKS[index], lower=-0.3, width=0.2),))
    ),
    **{
        f"champion {name} is {bad}": lambda evidence, index, name=name, bad=bad: with_champion(  # type: ignore[misc]
            evidence, ChampionCompared("7", (make_difference(TASKS[index], **{name: bad}),))
        )
        for name in NUMBERS
        for bad in (np.nan, np.inf)
    },
    "champion on too few labels": lambda evidence, index: with_champion(
        evidence, ChampionCompared("7", (make_difference(TASKS[index], labels=3),))
    ),
}

champions = st.sampled_from(
    [
        ChampionAbsent(),
        ChampionCompared("7", (make_difference("price", lower=-0.01, width=0.05),)),
        ChampionCompared("7", tuple(make_difference(task, lower=-0.02, width=0.0201) for task in TASKS)),
    ]
)
"""Answers about the champion that a promotion can live with."""
