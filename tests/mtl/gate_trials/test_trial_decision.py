"""A trial's decision is the one that the same evidence has anywhere."""

from dataclasses import replace

import pytest

from mtl.gate_trials.trial_decision import decide_trial
from mtl.promotion.error_budget import Refused
from mtl.study.deciding import decide_on
from tests.gate.measuring import FAR, POLICY, first_look
from tests.gate.searching import Noise, Shape, Study, one_null


def test_what_is_far_above_is_promoted_at_the_level_that_was_granted() -> None:
    decided = decide_trial(Study(Noise(0), Shape((FAR, FAR))).now(), POLICY, first_look())
    assert decided.decision.promote
    assert decided.decision.level == pytest.approx(0.05 / 3)
    assert decided.comparison is not None
    assert [each.difference.confidence for each in decided.comparison.tasks] == [pytest.approx(1 - 0.05 / 3)] * 2


def test_it_is_the_decision_of_its_basis() -> None:
    decided = decide_trial(Study(Noise(1), Shape(one_null(3))).now(), POLICY, first_look())
    assert decide_on(decided.basis, decided.comparison) == decided.decision


def test_one_task_far_below_is_enough_to_reject() -> None:
    decided = decide_trial(Study(Noise(0), Shape((FAR, -FAR))).now(), POLICY, first_look())
    assert [each.verdict for each in decided.decision.verdicts] == ["better", "worse"]
    assert not decided.decision.promote


def test_a_refused_look_promotes_nothing() -> None:
    refused = Refused(7, 0.05, 0.0498, 0.0)
    decided = decide_trial(None, POLICY, refused, tasks=("t0",))
    assert not decided.decision.promote
    assert refused.sentence in decided.decision.reasons


def test_rules_of_before_need_neither_ledger_nor_fresh_seeds() -> None:
    measured = Study(Noise(0), Shape((FAR,))).before()
    decided = decide_trial(measured, POLICY, None, rules=3)
    assert decided.decision.promote
    assert decided.basis.bootstrap.confidence == 0.95
    assert not decide_trial(replace(measured, constants={}), POLICY, None, rules=3).decision.promote


def test_a_strict_level_takes_more_resamples() -> None:
    measured = Study(Noise(0), Shape((FAR,))).now()
    strict = replace(first_look(), level=0.001)
    assert decide_trial(measured, POLICY, strict).basis.bootstrap.resamples == 20_000
    assert decide_trial(measured, POLICY, first_look(), resamples=300).basis.bootstrap.resamples == 1200
