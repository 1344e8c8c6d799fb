from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionCompared, ChampionUnknown
from mtl.promotion.decision import Decision
from mtl.promotion.error_budget import Granted, Refused
from mtl.promotion.evidence import ArtifactCheck, Evidence
from mtl.promotion.gate import decide
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
    make_procedure,
    with_champion,
    with_constant,
    with_found,
    with_procedure,
    with_seed_mean,
    with_slice,
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
    assert decision.sentence == (
        "Promote: the candidate is better than the single-task models on all 2 gated tasks, at level 0.0500, in look 1"
        " at these test rows."
    )
    assert (decision.rule, decision.level) == ("superior", 1.0 - POLICY.confidence)


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
    tasks = tuple(
        replace(each, procedure=make_procedure(each.difference, mean))
        for each, mean in zip(found.tasks, means, strict=True)
    )
    evidence = evidence_of(tuple(names), replace(found, tasks=tasks))
    decision = decide(evidence, POLICY.model_copy(update={"margin": margin}))
    better = [lower > margin and mean > margin for lower, mean in zip(lowers, means, strict=True)]
    assert decision.promote == all(better)
    assert decision.replaceable == tuple(name for name, won in zip(names, better, strict=True) if won)


@lightly
@given(st.lists(st.tuples(st.floats(-0.1, 0.1), st.floats(-0.1, 0.1)), min_size=1, max_size=5), st.floats(0, 0.05))
def test_before_version_4_the_mean_of_seeds_had_no_bound(found: list[tuple[float, float]], margin: float) -> None:
    names = tuple(f"task{index}" for index in range(len(found)))
    comparison = make_comparison(*(make_difference(name, lower) for name, (lower, _) in zip(names, found, strict=True)))
    evidence = replace(evidence_of(names, comparison), rules=3, budget=None)
    for index, (_, mean) in enumerate(found):
        evidence = with_seed_mean(evidence, index, mean)
    decision = decide(evidence, POLICY.model_copy(update={"margin": margin}))
    better = [lower > margin and mean > margin for lower, mean in found]
    assert decision.promote == all(better)
    assert (decision.level, decision.warnings) == (None, ())


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
    comparison = make_comparison(point)
    constant = replace(point, difference=0.5, lower=0.5, upper=0.5)
    comparison = replace(comparison, tasks=(replace(comparison.tasks[0], constant=constant),))
    evidence = replace(evidence_of(("price",), comparison), budget=None)
    decision = decide(evidence, policy)
    assert decision.promote
    assert decision.sentence.endswith("by point estimates, which claims no error rate.")
    assert decision.level is None
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


@pytest.mark.parametrize(("lower", "tolerance", "promoted"), [(-0.02, {}, True), (-0.03, {}, False)])
def test_a_loss_against_the_champion_must_surely_be_within_the_tolerance(
    lower: float, tolerance: dict[str, float], promoted: bool
) -> None:
    """The champion gains .52 on a constant, of which a twentieth may go."""
    close = make_difference("price", lower=lower, width=0.04)
    decision = decide(make_evidence(ChampionCompared("7", (close,))), POLICY)
    assert decision.promote == promoted
    if not promoted:
        assert decision.reasons[0].startswith("champion 7 may be better on price by more than the tolerated 0.02")


def test_a_tolerance_in_units_of_the_metric_goes_before_the_share() -> None:
    close = make_difference("price", lower=-0.02, width=0.04)
    evidence = make_evidence(ChampionCompared("7", (close,)))
    assert not decide(evidence, POLICY.model_copy(update={"tolerance": {"price": 0.019}})).promote
    assert decide(evidence, POLICY.model_copy(update={"tolerance": {"price": 0.021}})).promote


def test_before_version_4_not_surely_worse_than_the_champion_was_enough() -> None:
    close = make_difference("price", lower=-0.2, width=0.21)
    evidence = replace(make_evidence(ChampionCompared("7", (close,))), rules=3)
    assert decide(evidence, POLICY).promote


def test_the_level_is_what_the_ledger_of_test_rows_grants() -> None:
    evidence = replace(make_evidence(), budget=Granted(3, 0.01, 0.02, 0.02, 0.0))
    decision = decide(evidence, POLICY)
    assert "the interval has confidence 0.95, 0.99 is asked" in decision.reasons[0]
    assert decision.level == 0.01


def test_a_budget_that_is_spent_refuses_and_says_what_renews_it() -> None:
    decision = decide(replace(make_evidence(), comparison=None, budget=Refused(7, 0.05, 0.0498, 0.0)), POLICY)
    assert decision.reasons[0].startswith("the error budget of these test rows is spent: 7 earlier looks")
    assert "retired" in decision.sentence


def test_tasks_that_could_be_taken_over_are_adjusted_for_being_several() -> None:
    evidence = replace(with_found(make_evidence(), 0, adjusted=0.06), artifact=None)
    decision = decide(evidence, POLICY)
    assert [each.verdict for each in decision.verdicts] == ["better", "better"]
    assert decision.replaceable == ("sold",)


def test_the_rule_replace_takes_one_better_task_and_no_worse_ones() -> None:
    policy = POLICY.model_copy(update={"rule": "replace"})
    none_worse = make_evidence()
    for index in (0, 1):
        none_worse = with_procedure(none_worse, index, lower=0.0)
    decision = decide(none_worse, policy)
    assert [each.verdict for each in decision.verdicts] == ["no worse", "no worse"]
    assert decision.reasons == (
        "no task is surely better, with all of them taken together: there is nothing to replace models for",
    )
    one = decide(with_procedure(make_evidence(), 1, lower=0.0), policy)
    assert (one.promote, one.rule, one.replaceable) == (True, "replace", ("price",))
    assert "better than the single-task models on price and by no more than its tolerance worse" in one.sentence
    unsure = with_found(with_procedure(make_evidence(), 1, lower=0.0), 0, adjusted=0.2)
    assert not decide(unsure, policy).promote


def test_a_slice_that_is_surely_worse_is_named_and_takes_its_task_alone() -> None:
    decision = decide(with_slice(make_evidence(), 0, surely_worse=True), POLICY)
    assert decision.reasons == ("price is worse where origin is JFK (400 labels): r2 -0.1800",)
    assert decision.replaceable == ("sold",)
    assert decide(with_slice(make_evidence(), 0, surely_worse=False), POLICY).promote


def test_a_heavy_tail_is_a_warning_and_no_objection() -> None:
    decision = decide(with_found(make_evidence(), 0, tail=0.9), POLICY)
    assert decision.promote
    assert decision.warnings[0].startswith("price: a hundredth of the rows makes up 90% of the loss")


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
    evidence = with_procedure(make_evidence(ChampionUnknown("timeout")), 1, lower=0.0)
    evidence = replace(evidence, checks_passed=False, artifact=ArtifactCheck(False, False, "row 3 differs"))
    assert decide(evidence, POLICY).reasons == (
        "the data did not pass its checks",
        "sold is undecided: r2 +0.0400 [+0.0200, +0.0600]; +0.0400 [+0.0000, +0.0600] in the mean over 3 fresh seeds"
        " is not surely above 0.01",
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
    assert decide(replace(evidence, rules=1), POLICY) == decide(replace(make_evidence(), rules=3), POLICY)


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"lower": -0.01, "upper": 0.05}, "undecided", "no better than a constant: r2 +0.5400 [-0.0100, +0.0500]"),
        ({"lower": -0.02, "upper": -0.01}, "worse", "against a constant, r2 +0.5400 [-0.0200, -0.0100] is below zero"),
        (
            {"undefined_resamples": 30, "lower": float("nan")},
            "undecided",
            "against a constant, r2 is undefined in 30 resamples",
        ),
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
    assert decide(replace(evidence, rules=2), POLICY) == decide(replace(make_evidence(), rules=3), POLICY)


def test_a_task_that_no_label_can_judge_is_named_with_its_cause_and_voids_no_other() -> None:
    evidence = replace(make_evidence(), unjudged={"price": "the test side holds 60 labels, all of class 1"})
    decision = decide(evidence, POLICY)
    assert [each.verdict for each in decision.verdicts] == ["undecided", "better"]
    assert decision.verdicts[0].reason == "not judged: the test side holds 60 labels, all of class 1"
    assert (decision.promote, decision.replaceable) == (False, ("sold",))
    assert decision.sentence == (
        "Reject: better on 1 of 2 gated tasks; price is not judged: the test side holds 60 labels, all of class 1."
    )
    assert decide(replace(evidence, rules=2), POLICY).promote
