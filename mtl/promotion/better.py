"""The verdict on one task: better, worse or undecided.

Unsound evidence is undecided, never better: a number that is not finite, too few labels, too few independent units,
resamples without a value, an interval that was made for another confidence, an opponent that is not at its best.
"""

from typing import assert_never

import numpy as np

from mtl.evaluation.comparison import TaskComparison
from mtl.evaluation.incumbent_comparison import IncumbentAnswer, IncumbentCompared, IncumbentUnknown
from mtl.promotion.confirmed import on_procedure, tolerance
from mtl.promotion.decision import TaskVerdict
from mtl.promotion.doubt import doubt, is_worse, shown, thin, weakness
from mtl.promotion.evidence import Evidence
from mtl.spec.gate_section import GateSpec

ACCEPTED = ("no worse", "better")
"""Verdicts on a task that a promotion may rest on, the better one last; only `rule: replace` knows the first."""


def verdict_on_task(task: str, evidence: Evidence, policy: GateSpec) -> TaskVerdict:
    """The verdict on a gated task: better than every opponent of it, and than a constant, too.

    A task that no labels can judge is undecided, with the cause, and takes nothing from the others.
    """
    if cause := evidence.cause_unjudged(task):
        return TaskVerdict(task, "undecided", f"not judged: {cause}")
    found = _verdict_on_opponents(task, evidence, policy)
    if found.verdict not in ACCEPTED or not evidence.asks_constant:
        return found
    return _on_constant(task, evidence, policy) or found


def _verdict_on_opponents(task: str, evidence: Evidence, policy: GateSpec) -> TaskVerdict:
    """On its baseline and, if it has one, on its incumbent; the worse of them decides.

    Both must be beaten, each by its own interval: of two verdicts that are alike the reasons stand side by side.
    """
    on_baseline = verdict_on(task, evidence, policy)
    incumbent = evidence.incumbents.get(task)
    if incumbent is None:
        return on_baseline
    found = {"the baseline": on_baseline, incumbent.version: _on_incumbent(task, incumbent, evidence, policy)}
    worst = min((each.verdict for each in found.values()), key=("worse", "undecided", *ACCEPTED).index)
    reasons = [f"against {name}, {each.reason}" for name, each in found.items() if each.verdict == worst]
    return TaskVerdict(task, worst, "; ".join(reasons))


def verdict_on(task: str, evidence: Evidence, policy: GateSpec) -> TaskVerdict:
    """The verdict on a gated task, from its comparison with its baseline and what is known of that.

    An opponent that is badly trained, or that is not all that was asked for, cannot make a candidate better. It can
    make it worse. A candidate that is one version has no seeds, whose mean could be asked for.
    """
    found = evidence.on(task)
    if found is None:
        return TaskVerdict(task, "undecided", "there is no comparison with a baseline")
    paired = found.difference
    confirmed = evidence.asks_confirmation
    if reason := doubt(paired, policy, confirmed) or (thin(found, policy) if confirmed else ""):
        return TaskVerdict(task, "undecided", reason)
    tolerated = confirmed and policy.rule == "replace"
    if is_worse(paired) and not tolerated:
        return TaskVerdict(task, "worse", f"{shown(paired)} is below zero")
    if reason := weakness(evidence.opponent(task)):
        return TaskVerdict(task, "undecided", reason)
    if confirmed:
        return on_procedure(task, found, policy, evidence.of_one_version)
    return _on_mean_of_seeds(task, found, policy, evidence.of_one_version)


def _on_mean_of_seeds(task: str, found: TaskComparison, policy: GateSpec, of_one_version: bool) -> TaskVerdict:
    """Before version 4 of the rules: the mean over the search's seeds had to be above the margin, without a bound."""
    measured = shown(found.difference)
    if missing := _missing(found, policy, of_one_version):
        return TaskVerdict(task, "undecided", f"{measured} {missing}")
    seeds = f"{found.seed_mean_difference:+.4f} in the mean over {found.seeds} seeds"
    told = "of this version alone, which has no seeds" if of_one_version else seeds
    return TaskVerdict(task, "better", f"{measured}, {told}, above {policy.margin:g}")


def _on_incumbent(task: str, incumbent: IncumbentAnswer, evidence: Evidence, policy: GateSpec) -> TaskVerdict:
    """An incumbent was not chosen among any, and has no seeds: the claim is about its version, on rows new to it."""
    match incumbent:
        case IncumbentUnknown(_, reason):
            return TaskVerdict(task, "undecided", f"it cannot be told: {reason}")
        case IncumbentCompared(_, paired):
            if reason := doubt(paired, policy, evidence.asks_confirmation):
                return TaskVerdict(task, "undecided", reason)
            if is_worse(paired):
                return TaskVerdict(task, "worse", f"{shown(paired)} is below zero")
            if paired.lower > policy.margin:
                return TaskVerdict(task, "better", f"{shown(paired)}, above {policy.margin:g}")
            loss = tolerance(task, paired, evidence.on(task), policy)
            if policy.rule == "replace" and paired.lower > -loss:
                return TaskVerdict(task, "no worse", f"{shown(paired)}, above the tolerated {-loss:g}")
            return TaskVerdict(task, "undecided", f"{shown(paired)} is not surely above {policy.margin:g}")
        case _ as never:
            assert_never(never)


def _on_constant(task: str, evidence: Evidence, policy: GateSpec) -> TaskVerdict | None:
    """What is said of a candidate that is not surely better than a constant; None of one that is.

    Beating opponents proves nothing where they, too, are no better than what training labels alone suggest.
    """
    found = evidence.on(task)
    paired = found.constant if found else None
    if paired is None:
        return TaskVerdict(task, "undecided", "whether it is better than a constant is not known")
    if reason := doubt(paired, policy, evidence.asks_confirmation):
        return TaskVerdict(task, "undecided", f"against a constant, {reason}")
    if is_worse(paired):
        return TaskVerdict(task, "worse", f"against a constant, {shown(paired)} is below zero")
    if not paired.lower > 0:
        return TaskVerdict(task, "undecided", f"no better than a constant: {shown(paired)} is not surely above 0")
    return None


def _missing(found: TaskComparison, policy: GateSpec, of_one_version: bool) -> str:
    """What a sound difference lacks to be better; empty when nothing. One version has no mean over seeds to ask for."""
    if not found.difference.lower > policy.margin:
        return f"is not surely above {policy.margin:g}"
    if of_one_version:
        return ""
    if not np.isfinite(found.seed_mean_difference):
        return "has no mean over seeds: a run of some seed is missing or not finite"
    if not found.seed_mean_difference > policy.margin:
        return f"is {found.seed_mean_difference:+.4f} in the mean over {found.seeds} seeds, not above {policy.margin:g}"
    return ""
