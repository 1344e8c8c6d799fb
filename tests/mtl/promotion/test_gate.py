from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionCompared, ChampionUnknown
from mtl.promotion.decision import Decision
from mtl.promotion.evidence import ArtifactCheck, Evidence
from mtl.promotion.gate import decide, decide_by_rules_1, decide_by_rules_2
from mtl.spec.gate_section import GateSpec
from tests.mtl.evaluation.cases import lightly
from tests.mtl.promotion.cases import (
    FAULTS,
    POLICY,
    TASKS,
    champions,
    evidence_of,
    make_comparison,
    make_difference,
    make_evidence,
    with_champion,
    with_constant,
    with_seed_mean,
    with_task,
    without_constant,
)

WORSE = make_difference("price", lower=-0.3, width=0.2)


def test_a_candidate_that_is_better_on_every_task_is_promoted() -> None:
    decision = decide(make_evidence(), POLICY)
    assert decision.promote
    assert [(each.task, each.verdict) for each in decision.verdicts] == [("price", "better"), ("sold", "better")]
    assert decision.reasons == ()
    assert decision.replaceable == TASKS
    assert decision.sentence == "Promote: the candidate is better than the single-task models on all 2 gated tasks."


@pytest.mark.parametrize(("name", "index"), list(product(FAULTS, (0, 1))))
def test_one_fault_is_enough_to_refuse(name: str, index: int) -> None:
    decision = decide(FAULTS[name](make_evidence(), index), POLICY)
    assert not decision.promote
    assert decision.reasons
    assert decision.sentence.startswith("Reject: ")


@lightly
@given(champions, st.lists(st.tuples(st.sampled_from(sorted(FAULTS)), st.integers(0, 1)), max_size=3))
def test_evidence_is_promoted_exactly_when_nothing_is_wrong_with_it(
    champion: ChampionAnswer, faults: list[tuple[str, int]]
) -> None:
    evidence = make_evidence(champion)
    for name, index in faults:
        broken = evidence.comparison is None or len(evidence.comparison.tasks) < 2
        evidence = evidence if broken else FAULTS[name](evidence, index)
    assert decide(evidence, POLICY).promote == (not faults)


@lightly
@given(st.lists(st.floats(-0.1, 0.1), min_size=1, max_size=5), st.floats(0, 0.05), st.data())
def test_the_gate_is_the_conjunction_of_its_tasks(lowers: list[float], margin: float, data: st.DataObject) -> None:
    names = [f"task{index}" for index in range(len(lowers))]
    means = data.draw(st.lists(st.floats(-0.1, 0.1), min_size=len(lowers), max_size=len(lowers)))
    found = make_comparison(*(make_difference(name, lower) for name, lower in zip(names, lowers, strict=True)))
    tasks = tuple(replace(each, seed_mean_difference=mean) for each, mean in zip(found.tasks, means, strict=True))
    evidence = evidence_of(tuple(names), replace(found, tasks=tasks))
    decision = decide(evidence, POLICY.model_copy(update={"margin": margin}))
    better = [lower > margin and mean > margin for lower, mean in zip(lowers, means, strict=True)]
    assert decision.promote == all(better)
    assert decision.replaceable == tuple(name for name, won in zip(names, better, strict=True) if won)


@lightly
@given(st.sampled_from(sorted(FAULTS)), st.integers(0, 1))
def test_a_decision_survives_json_and_names_only_gated_tasks(name: str, index: int) -> None:
    evidence = FAULTS[name](make_evidence(), index)
    decision = decide(evidence, POLICY)
    assert Decision.from_json(decision.to_json()) == decision
    assert tuple(each.task for each in decision.verdicts) == evidence.tasks
    assert set(decision.replaceable) <= set(evidence.tasks)


def test_the_point_estimate_rule_needs_no_interval() -> None:
    policy = GateSpec(confidence=0.5, margin=0.01, min_labels=100)
    point = make_difference("price", lower=0.011, width=0.0, confidence=0.5, units=1)
    evidence = evidence_of(("price",), make_comparison(point))
    assert decide(evidence, policy).promote
    below = with_task(evidence, 0, lower=0.009, difference=0.009, upper=0.009)
    assert not decide(below, policy).promote


def test_a_task_that_is_not_gated_has_no_say() -> None:
    evidence = replace(make_evidence(), tasks=("price",))
    assert decide(with_task(evidence, 1, lower=-9.0, difference=-8.0, upper=-7.0), POLICY).promote


def test_a_candidate_worse_on_one_task_keeps_the_others_that_it_could_take_over() -> None:
    evidence = with_task(make_evidence(), 0, lower=-0.3, difference=-0.2, upper=-0.1)
    decision = decide(evidence, POLICY)
    assert decision.replaceable == ("sold",)
    assert decision.reasons == ("price is worse: r2 -0.2000 [-0.3000, -0.1000] is below zero",)
    assert decision.sentence == "Reject: better on 1 of 2 gated tasks; worse on price."


def test_the_sentence_names_what_besides_the_tasks_speaks_against_the_candidate() -> None:
    evidence = replace(make_evidence(), artifact=ArtifactCheck(True, False, "connection refused"))
    assert decide(evidence, POLICY).sentence == (
        "Reject: better on 2 of 2 gated tasks; the registered artifact does not answer over HTTP: connection refused."
    )


def test_a_task_that_the_champion_does_better_is_not_replaceable() -> None:
    decision = decide(with_champion(make_evidence(), ChampionCompared("7", (WORSE,))), POLICY)
    assert decision.reasons == ("champion 7 is better on price: r2 -0.2000",)
    assert decision.replaceable == ("sold",)


def test_not_surely_worse_than_the_champion_is_enough_whatever_the_margin() -> None:
    close = make_difference("price", lower=-0.02, width=0.021)
    assert decide(make_evidence(ChampionCompared("7", (close,))), POLICY).promote


@pytest.mark.parametrize(
    "name", ["checks failed", "artifact differs", "artifact is silent", "cannot tell", "nothing compared"]
)
def test_nothing_is_replaceable_when_the_doubt_is_about_everything(name: str) -> None:
    assert decide(FAULTS[name](make_evidence(), 0), POLICY).replaceable == ()


def test_tasks_stay_replaceable_when_the_artifact_is_yet_to_be_checked() -> None:
    decision = decide(replace(make_evidence(), artifact=None), POLICY)
    assert decision.replaceable == TASKS
    assert decision.reasons == ("the registered artifact was not checked",)


def test_no_champion_and_cannot_tell_are_different_answers() -> None:
    assert decide(make_evidence(ChampionAbsent()), POLICY).promote
    decision = decide(make_evidence(ChampionUnknown("the registry timed out")), POLICY)
    assert decision.reasons == ("whether the champion is better cannot be told: the registry timed out",)


def test_every_objection_is_listed_in_the_order_of_the_gate() -> None:
    evidence = with_seed_mean(make_evidence(ChampionUnknown("timeout")), 1, -0.1)
    evidence = replace(evidence, checks_passed=False, artifact=ArtifactCheck(False, False, "row 3 differs"))
    assert decide(evidence, POLICY).reasons == (
        "the data did not pass its checks",
        "sold is undecided: r2 +0.0400 [+0.0200, +0.0600] is -0.1000 in the mean over 3 seeds, not above 0.01",
        "whether the champion is better cannot be told: timeout",
        "the registered artifact does not reproduce the evaluated predictions: row 3 differs",
        "the registered artifact does not answer over HTTP: row 3 differs",
    )


def test_empty_evidence_is_refused() -> None:
    decision = decide(Evidence((), False, None, None), POLICY)
    assert not decision.promote
    assert len(decision.reasons) == 4


def test_rules_1_knew_nothing_of_opponents_and_took_them_for_sound() -> None:
    evidence = replace(make_evidence(), opponents={})
    assert not decide(evidence, POLICY).promote
    assert decide_by_rules_1(evidence, POLICY) == decide(make_evidence(), POLICY)


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"lower": -0.01, "upper": 0.05}, "undecided", "no better than a constant: r2 +0.5400 [-0.0100, +0.0500]"),
        ({"lower": -0.02, "upper": -0.01}, "worse", "against a constant, r2 +0.5400 [-0.0200, -0.0100] is below zero"),
        ({"undefined_resamples": 3}, "undecided", "against a constant, r2 is undefined in 3 resamples"),
    ],
)
def test_a_candidate_that_beats_its_baseline_but_no_constant_is_refused(
    changes: dict[str, float], verdict: str, reason: str
) -> None:
    decision = decide(with_constant(make_evidence(), 0, **changes), POLICY)
    assert (decision.promote, decision.verdicts[0].verdict, decision.replaceable) == (False, verdict, ("sold",))
    assert decision.verdicts[0].reason.startswith(reason)


def test_what_is_worse_than_its_baseline_is_said_to_be_that_whatever_a_constant_reaches() -> None:
    lost = with_task(make_evidence(), 0, lower=-0.3, difference=-0.2, upper=-0.1)
    assert decide(with_constant(lost, 0, lower=-1.0), POLICY).verdicts[0] == decide(lost, POLICY).verdicts[0]


def test_rules_2_asked_for_no_constant_to_be_beaten() -> None:
    evidence = without_constant(make_evidence(), 0)
    assert "whether it is better than a constant is not known" in decide(evidence, POLICY).reasons[0]
    assert decide_by_rules_2(evidence, POLICY) == decide(make_evidence(), POLICY)


def test_a_task_that_no_label_can_judge_is_named_with_its_cause_and_voids_no_other() -> None:
    evidence = replace(make_evidence(), unjudged={"price": "the test side holds 60 labels, all of class 1"})
    decision = decide(evidence, POLICY)
    assert [each.verdict for each in decision.verdicts] == ["undecided", "better"]
    assert decision.verdicts[0].reason == "not judged: the test side holds 60 labels, all of class 1"
    assert (decision.promote, decision.replaceable) == (False, ("sold",))
    assert decision.sentence == (
        "Reject: better on 1 of 2 gated tasks; price is not judged: the test side holds 60 labels, all of class 1."
    )
    assert decide_by_rules_2(evidence, POLICY).promote
