"""One decision on what was drawn, by the code that decides on what was trained."""

from mtl.promotion.error_budget import Granted, Refused
from mtl.promotion.evidence import RULES, ArtifactCheck
from mtl.spec.gate_section import GateSpec
from mtl.study.comparing import bootstrap_for
from mtl.study.deciding import Decided, compare_for, decide_on
from mtl.study.decision_basis import DecisionBasis
from mtl.study.measured import Measured

RESAMPLES = 2000
"""As a spec has them that does not say."""

REPRODUCES = ArtifactCheck(reproduces=True, answers=True)
"""The registered copy is taken to be what was evaluated: nothing is registered here."""


def decide_trial(
    measured: Measured | None,
    policy: GateSpec,
    budget: Granted | Refused | None,
    *,
    rules: int = RULES,
    tasks: tuple[str, ...] = (),
    resamples: int = RESAMPLES,
) -> Decided:
    """Compare what was drawn and decide.

    Args:
        measured: labels and predictions; None where nothing may be looked at.
        policy: what the gate asks.
        budget: what the ledger of test rows granted; None under rules before 4.
        rules: the version of the rules.
        tasks: the gated ones; empty: those that were measured.
        resamples: at the least; a stricter level takes more.
    """
    confidence = 1.0 - budget.level if isinstance(budget, Granted) else policy.confidence
    gated = tasks or tuple(measured.truths if measured else ())
    asked = (bootstrap_for(resamples, confidence), policy, rules, budget)
    basis = DecisionBasis(gated, True, measured, REPRODUCES, *asked)
    comparison = compare_for(basis)
    return Decided(basis, comparison, decide_on(basis, comparison))
