"""What fresh seeds and the candidate itself must show on a task, and how much worse counts as no worse.

Two claims stand behind a promotion: the way of training is better, which the mean over fresh seeds shows with rows and
seeds as sources of variance; and this version is, which the rows' bound of its own difference shows. Both are asked
for on every task, so that the level of either bounds that of the decision.
"""

import numpy as np

from mtl.evaluation.comparison import TaskComparison
from mtl.evaluation.paired_difference import PairedDifference
from mtl.evaluation.procedure_difference import ProcedureDifference
from mtl.promotion.decision import TaskVerdict
from mtl.promotion.doubt import shown
from mtl.spec.gate_section import GateSpec

GIVEN_UP = 0.05
"""Share of a reference's gain on a constant prediction that a model which is no worse may lose: it keeps 95 % of what
the features were worth. Measuring the margin by the reference's effect over a placebo is how trials of medicines set
it (FDA 2016, Non-Inferiority Clinical Trials to Establish Effectiveness, section IV); they commonly give up half."""


def on_procedure(task: str, found: TaskComparison, policy: GateSpec, of_one_version: bool) -> TaskVerdict:
    """The verdict on a task whose rows can be judged and whose opponent is at its best.

    Args:
        task: its name.
        found: its comparison.
        policy: what the gate asks, at the confidence that it has for this decision.
        of_one_version: the candidate has no seeds but is one version, whose like is not trained here.
    """
    procedure = found.procedure
    if procedure is None or not np.isfinite([procedure.lower, procedure.upper]).all():
        return TaskVerdict(task, "undecided", "a run of some seed is missing or not finite, so that no mean is known")
    measured = f"{shown(found.difference)}; {shown_mean(procedure, of_one_version)}"
    lower, upper = (min(*bounds) for bounds in zip(_bounds(found.difference), _bounds(procedure), strict=True))
    loss = tolerance(task, found.difference, found, policy)
    tolerated = policy.rule == "replace" and lower > -loss
    if upper < 0 and not tolerated:
        return TaskVerdict(task, "worse", f"{measured} is below zero")
    if found.lost:
        classes = ", ".join(found.lost)
        return TaskVerdict(task, "undecided", f"it finds no row of {classes}, of which its opponent finds some")
    if lower > policy.margin:
        return TaskVerdict(task, "better", f"{measured}, above {policy.margin:g}")
    if tolerated:
        return TaskVerdict(task, "no worse", f"{measured}, above the tolerated {-loss:g}")
    return TaskVerdict(task, "undecided", f"{measured} is not surely above {policy.margin:g}")


def _bounds(difference: PairedDifference | ProcedureDifference) -> tuple[float, float]:
    return difference.lower, difference.upper


def shown_mean(procedure: ProcedureDifference, of_one_version: bool = False) -> str:
    """The difference of two ways of training, for people."""
    bounds = f"{procedure.difference:+.4f} [{procedure.lower:+.4f}, {procedure.upper:+.4f}]"
    ours, theirs = procedure.seeds
    if of_one_version:
        return f"{bounds} of this version alone, which has no seeds, against {theirs} of its opponent"
    return f"{bounds} in the mean over {ours} {'fresh ' if procedure.confidence > 0.5 else ''}seeds"


def tolerance(task: str, against: PairedDifference, found: TaskComparison | None, policy: GateSpec) -> float:
    """By how much a candidate may be worse than the reference of `against` and count as no worse, in the metric's unit.

    It is what the policy says for the task, or a share of what the reference gains on a constant; 0 where neither is
    known.
    """
    if task in policy.tolerance:
        return policy.tolerance[task]
    constant = found.constant if found else None
    if constant is None:
        return 0.0
    gain = constant.difference - against.difference
    return max(0.0, GIVEN_UP * gain) if np.isfinite(gain) else 0.0
