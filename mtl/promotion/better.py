"""The verdict on one task: better, worse or undecided.

Unsound evidence is undecided, never better: a number that is not finite, too few labels, too few independent units,
resamples without a value, an interval that was made for another confidence, an opponent that is not at its best.
"""

from dataclasses import astuple
from typing import assert_never

import numpy as np

from mtl.evaluation.comparison import TaskComparison
from mtl.evaluation.incumbent_comparison import IncumbentAnswer, IncumbentCompared, IncumbentUnknown
from mtl.evaluation.judgeable import fewest_units
from mtl.evaluation.paired_difference import PairedDifference
from mtl.promotion.decision import TaskVerdict
from mtl.promotion.evidence import Evidence, Opponent
from mtl.spec.gate_section import GateSpec


def verdict_on_task(task: str, evidence: Evidence, policy: GateSpec) -> TaskVerdict:
    """The verdict on a gated task: better than every opponent of it, and than a constant, too.

    A task that no labels can judge is undecided, with the cause, and takes nothing from the others.
    """
    if cause := evidence.unjudged.get(task):
        return TaskVerdict(task, "undecided", f"not judged: {cause}")
    found = _verdict_on_opponents(task, evidence, policy)
    if found.verdict != "better" or not evidence.asks_constant:
        return found
    return _on_constant(task, evidence.on(task), policy) or found


def _verdict_on_opponents(task: str, evidence: Evidence, policy: GateSpec) -> TaskVerdict:
    """On its baseline and, if it has one, on its incumbent; the worse of them decides.

    Both must be beaten, each by its own interval: of two verdicts that are alike the reasons stand side by side.
    """
    opponent, alone = evidence.opponents.get(task), evidence.of_one_version
    on_baseline = verdict_on(task, evidence.on(task), opponent, policy, alone)
    incumbent = evidence.incumbents.get(task)
    if incumbent is None:
        return on_baseline
    found = {"the baseline": on_baseline, incumbent.version: _on_incumbent(task, incumbent, policy)}
    worst = min((each.verdict for each in found.values()), key=("worse", "undecided", "better").index)
    reasons = [f"against {name}, {each.reason}" for name, each in found.items() if each.verdict == worst]
    return TaskVerdict(task, worst, "; ".join(reasons))


def verdict_on(
    task: str, found: TaskComparison | None, opponent: Opponent | None, policy: GateSpec, of_one_version: bool = False
) -> TaskVerdict:
    """The verdict on a gated task, from its comparison with its baseline and what is known of that; None where unknown.

    An opponent that is badly trained, or that is not all that was asked for, cannot make a candidate better. It can
    make it worse. `of_one_version`: the candidate has no seeds, whose mean could be asked for.
    """
    if found is None:
        return TaskVerdict(task, "undecided", "there is no comparison with a baseline")
    paired = found.difference
    if reason := doubt(paired, policy):
        return TaskVerdict(task, "undecided", reason)
    measured = _measured(paired)
    if is_worse(paired):
        return TaskVerdict(task, "worse", f"{measured} is below zero")
    if reason := weakness(opponent):
        return TaskVerdict(task, "undecided", reason)
    if missing := _missing(found, policy, of_one_version):
        return TaskVerdict(task, "undecided", f"{measured} {missing}")
    seeds = f"{found.seed_mean_difference:+.4f} in the mean over {found.seeds} seeds"
    alone = "of this version alone, which has no seeds"
    return TaskVerdict(task, "better", f"{measured}, {alone if of_one_version else seeds}, above {policy.margin:g}")


def _on_incumbent(task: str, incumbent: IncumbentAnswer, policy: GateSpec) -> TaskVerdict:
    """An incumbent was not chosen among any, and has no seeds: the claim is about its version, on rows new to it."""
    match incumbent:
        case IncumbentUnknown(_, reason):
            return TaskVerdict(task, "undecided", f"it cannot be told: {reason}")
        case IncumbentCompared(_, paired):
            if reason := doubt(paired, policy):
                return TaskVerdict(task, "undecided", reason)
            if is_worse(paired):
                return TaskVerdict(task, "worse", f"{_measured(paired)} is below zero")
            if not paired.lower > policy.margin:
                return TaskVerdict(task, "undecided", f"{_measured(paired)} is not surely above {policy.margin:g}")
            return TaskVerdict(task, "better", f"{_measured(paired)}, above {policy.margin:g}")
        case _ as never:
            assert_never(never)


def _on_constant(task: str, found: TaskComparison | None, policy: GateSpec) -> TaskVerdict | None:
    """What is said of a candidate that is not surely better than a constant; None of one that is.

    Beating opponents proves nothing where they, too, are no better than what training labels alone suggest.
    """
    paired = found.constant if found else None
    if paired is None:
        return TaskVerdict(task, "undecided", "whether it is better than a constant is not known")
    if reason := doubt(paired, policy):
        return TaskVerdict(task, "undecided", f"against a constant, {reason}")
    if is_worse(paired):
        return TaskVerdict(task, "worse", f"against a constant, {_measured(paired)} is below zero")
    if not paired.lower > 0:
        return TaskVerdict(task, "undecided", f"no better than a constant: {_measured(paired)} is not surely above 0")
    return None


def _measured(paired: PairedDifference) -> str:
    return f"{paired.metric} {paired.difference:+.4f} [{paired.lower:+.4f}, {paired.upper:+.4f}]"


def is_worse(paired: PairedDifference) -> bool:
    """Whether the candidate is surely worse: the upper bound is below zero. The margin is not asked of a loss."""
    return paired.upper < 0


def weakness(opponent: Opponent | None) -> str:
    """Why beating an opponent would prove nothing; empty when it would."""
    if opponent is None:
        return "whether its opponent was trained to its end is not known"
    if opponent.missing:
        return f"missing opponent: {', '.join(opponent.missing)} left no run that can be judged"
    return f"not converged: {opponent.not_converged}" if opponent.not_converged else ""


def doubt(paired: PairedDifference, policy: GateSpec) -> str:
    """Why a difference cannot be judged; empty when it can."""
    numbers = [value for value in astuple(paired) if not isinstance(value, str)]
    if paired.labels < policy.min_labels:
        return f"{paired.labels} labels, {policy.min_labels} are needed"
    if paired.units < fewest_units(policy.confidence):
        return f"{paired.units} independent units cannot show anything at confidence {policy.confidence:g}"
    if not np.isfinite(numbers).all():
        return f"{paired.metric} is not finite: a prediction is NaN, infinite or no probability, or labels do not vary"
    if paired.undefined_resamples:
        resamples = f"{paired.undefined_resamples} resamples"
        return f"{paired.metric} is undefined in {resamples}: there are too few labels of some class, or all are alike"
    if paired.confidence != policy.confidence:
        return f"the interval has confidence {paired.confidence:g}, the policy asks {policy.confidence:g}"
    return ""


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
