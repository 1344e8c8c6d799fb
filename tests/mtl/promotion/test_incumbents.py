"""A task that has a model in use is better only if that is beaten, too."""

from dataclasses import replace

import pytest

from mtl.evaluation.incumbent_comparison import Declared, IncumbentAnswer, IncumbentCompared, IncumbentUnknown
from mtl.promotion.evidence import Evidence
from mtl.promotion.gate import decide
from mtl.run_names import RunName
from tests.mtl.promotion.cases import POLICY, make_difference, make_evidence, with_seed_mean, with_task

PRICE = "models:/price/7"


def with_incumbent(answer: IncumbentAnswer, evidence: Evidence | None = None) -> Evidence:
    found = evidence or make_evidence()
    assert found.comparison is not None
    return replace(found, comparison=replace(found.comparison, incumbents={"price": answer}))


def compared(declared: Declared = "nothing", **changes: float) -> IncumbentCompared:
    return IncumbentCompared(PRICE, make_difference(**changes), 0, declared)


def test_both_are_beaten_and_the_reason_names_both() -> None:
    decision = decide(with_incumbent(compared()), POLICY)
    assert decision.promote
    reason = decision.verdicts[0].reason
    assert reason.startswith("against the baseline, r2 +0.0400")
    assert f"; against {PRICE}, r2 +0.0400 [+0.0200, +0.0600], above 0.01" in reason
    assert "and than the models in use of price, at level 0.0500" in decision.sentence


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (compared(lower=-0.3, width=0.1), "worse", "r2 -0.2500 [-0.3000, -0.2000] is below zero"),
        (compared(lower=0.0), "undecided", "is not surely above 0.01"),
        (compared(labels=3), "undecided", "3 labels, 100 are needed"),
        (compared(candidate=float("nan")), "undecided", "r2 is not finite"),
        (IncumbentUnknown(PRICE, "it is gone"), "undecided", "it cannot be told: it is gone"),
    ],
)
def test_an_incumbent_that_is_not_beaten_refuses_its_task_alone(
    answer: IncumbentAnswer, verdict: str, reason: str
) -> None:
    decision = decide(with_incumbent(answer), POLICY)
    assert not decision.promote
    assert decision.verdicts[0].verdict == verdict
    assert decision.verdicts[0].reason.startswith(f"against {PRICE}, ")
    assert reason in decision.verdicts[0].reason
    assert decision.replaceable == ("sold",)


def test_the_worse_of_two_verdicts_decides() -> None:
    lost = with_task(make_evidence(), 0, lower=-0.3, difference=-0.2, upper=-0.1)
    decision = decide(with_incumbent(compared(lower=0.0), lost), POLICY)
    assert decision.verdicts[0].verdict == "worse"
    assert decision.verdicts[0].reason.startswith("against the baseline, ")


@pytest.mark.parametrize(("declared", "told"), [("nothing", True), ("a day", False), ("keys", False)])
def test_what_it_may_have_been_trained_on_is_said_unless_it_is_declared(declared: Declared, told: bool) -> None:
    for lower in (0.02, -0.3):
        sentence = decide(with_incumbent(compared(declared, lower=lower)), POLICY).sentence
        assert ("look better than it is" in sentence) == told


def test_of_one_version_no_mean_over_seeds_is_asked_and_the_reason_says_so() -> None:
    none = with_seed_mean(with_seed_mean(make_evidence(), 0, float("nan")), 1, float("nan"))
    none = replace(none, rules=3)
    assert not decide(none, POLICY).promote
    assert none.comparison is not None
    judged = replace(none, comparison=replace(none.comparison, candidate=RunName.judged("models:/ours/3")))
    decision = decide(judged, POLICY)
    assert decision.promote
    assert "of this version alone, which has no seeds" in decision.verdicts[0].reason
