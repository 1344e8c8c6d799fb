from dataclasses import replace

import numpy as np
import pytest

from mtl.evaluation.comparison import Comparison
from mtl.evaluation.paired_difference import PairedDifference
from mtl.promotion.decision import Decision, TaskVerdict
from mtl.promotion.gate import decide
from mtl.promotion.likely_causes import Diagnostics, explain
from tests.mtl.promotion.cases import (
    FAULTS,
    POLICY,
    TASKS,
    make_comparison,
    make_difference,
    make_evidence,
    with_constant,
    with_found,
)

BETTER = make_difference("sold")
SURELY_WORSE = make_difference("price", lower=-0.3, width=0.1)


@pytest.fixture
def quiet() -> Diagnostics:
    """Training in which nothing went wrong, of three tasks."""
    return Diagnostics(
        tasks=("price", "sold", "side"),
        cosines=np.full((3, 3), 0.05),
        labels=np.array([500, 600, 700]),
    )


def causes(
    diagnostics: Diagnostics, price: PairedDifference | None = SURELY_WORSE, seed_mean: float = -0.2
) -> tuple[str, ...]:
    """Why `price` failed beside `sold`, which did not."""
    comparison = make_comparison(*([price] if price else []), BETTER)
    tasks = tuple(replace(each, seed_mean_difference=seed_mean) for each in comparison.tasks)
    verdicts = (TaskVerdict("price", "undecided", ""), TaskVerdict("sold", "better", ""))
    return explain(Decision(False, verdicts, ("r",), (), "s"), replace(comparison, tasks=tasks), diagnostics)


def test_nothing_to_explain_when_every_task_is_better(quiet: Diagnostics) -> None:
    decision = Decision(True, (TaskVerdict("price", "better", ""),), (), ("price",), "s")
    assert explain(decision, make_comparison(make_difference("price", lower=-0.1)), quiet) == ()


def test_without_a_sign_of_a_cause_none_is_made_up(quiet: Diagnostics) -> None:
    assert causes(quiet) == ("price: what was measured shows no cause.",)


def test_without_a_comparison_training_alone_is_read(quiet: Diagnostics) -> None:
    decision = Decision(False, (TaskVerdict("price", "undecided", ""),), ("r",), (), "s")
    nothing: Comparison | None = None
    assert explain(decision, nothing, quiet) == ("price: what was measured shows no cause.",)


def test_a_negative_mean_cosine_is_told_as_what_it_is(quiet: Diagnostics) -> None:
    cosines = np.array([[1.0, -0.5, -0.1], [-0.5, 1.0, 0.9], [-0.1, 0.9, 1.0]])
    assert causes(replace(quiet, cosines=cosines)) == (
        "price: gradients that pull apart: its own has mean cosine -0.30 with the other tasks', -0.50 with sold's.",
    )


def test_unknown_cosines_are_left_out(quiet: Diagnostics) -> None:
    cosines = np.array([[1.0, np.nan, -0.4], [np.nan, 1.0, 0.9], [-0.4, 0.9, 1.0]])
    assert "mean cosine -0.40 with the other tasks', -0.40 with side's" in causes(replace(quiet, cosines=cosines))[0]
    assert "no cause" in causes(replace(quiet, cosines=np.full((3, 3), np.nan)))[0]


def test_cosines_near_zero_are_no_conflict(quiet: Diagnostics) -> None:
    assert "no cause" in causes(replace(quiet, cosines=np.full((3, 3), -0.05)))[0]


def test_an_interval_around_a_gain_is_too_little_data_and_says_how_much_more(quiet: Diagnostics) -> None:
    wide = make_difference("price", lower=-0.01, width=0.05)
    assert causes(quiet, wide, seed_mean=0.02) == (
        "price: too little data: 400 test labels in 300 independent units, 500 in training, give +0.0150 ± 0.0250; "
        "a difference of this size takes about 3 times as many.",
    )


def test_a_gain_of_next_to_nothing_takes_more_data_than_anybody_counts(quiet: Diagnostics) -> None:
    nothing = make_difference("price", lower=-0.025 + 1e-5, width=0.05)
    (cause,) = causes(quiet, nothing, seed_mean=0.02)
    assert cause.endswith("a difference of this size takes more than 100 times as many.")


def test_what_is_undefined_is_too_little_data(quiet: Diagnostics) -> None:
    undefined = make_difference("price", difference=np.nan, lower=np.nan, labels=3, units=3)
    found = causes(quiet, undefined, np.nan)
    assert found == ("price: too little data: 3 test labels in 3 independent units, 500 in training.",)


def test_a_gain_that_other_seeds_do_not_have_is_luck(quiet: Diagnostics) -> None:
    sure = make_difference("price")
    assert causes(quiet, sure, seed_mean=-0.01) == (
        "price: a lucky seed: this run is +0.0400 better, the mean over 3 seeds is -0.0100.",
    )


def test_a_task_that_was_not_trained_is_explained_by_its_evidence_alone(quiet: Diagnostics) -> None:
    others = replace(quiet, tasks=("other", "sold", "side"))
    wide = make_difference("price", lower=-0.01, width=0.06)
    assert causes(others, wide, seed_mean=0.02)[0].startswith(
        "price: too little data: 400 test labels in 300 independent units, give"
    )


def test_several_causes_are_all_named(quiet: Diagnostics) -> None:
    conflict = replace(quiet, cosines=np.full((3, 3), -0.5))
    found = causes(conflict, make_difference("price", lower=-0.01), seed_mean=-0.1)
    assert [each.split(": ")[1] for each in found] == [
        "gradients that pull apart",
        "a lucky seed",
        "too little data",
    ]


def test_a_candidate_that_was_not_trained_to_its_end_is_said_first_where_a_task_is_not_better() -> None:
    evidence = FAULTS["worse"](make_evidence(), 0)
    tasks = len(TASKS)
    labels, told = np.zeros(tasks, dtype=np.int64), "its best epoch is the last"
    cosines = np.full((tasks, tasks), np.nan)
    found = Diagnostics(TASKS, cosines, labels, told)
    causes = explain(decide(evidence, POLICY), evidence.comparison, found)
    assert causes[0] == "The candidate is not converged: its best epoch is the last."
    assert explain(decide(make_evidence(), POLICY), make_evidence().comparison, found) == ()


def test_whoever_is_no_better_than_a_constant_has_not_been_shown_to_learn(quiet: Diagnostics) -> None:
    evidence = with_constant(make_evidence(), 0, lower=-0.001, reference=0.0, candidate=-0.007)
    found = explain(decide(evidence, POLICY), evidence.comparison, quiet)
    told = (
        "price: no better than a constant: the same prediction for every row reaches r2 0.0000, the candidate -0.0070."
    )
    assert told in found


def test_a_constant_that_could_not_be_compared_is_no_cause(quiet: Diagnostics) -> None:
    evidence = with_constant(make_evidence(), 0, lower=np.nan, reference=np.nan, candidate=np.nan)
    assert not any("constant" in cause for cause in explain(decide(evidence, POLICY), evidence.comparison, quiet))


@pytest.mark.parametrize(
    ("lower", "times"),
    [
        (-0.001, "up to one and a half times"),
        (-0.005, "about twice"),
        (-0.05, "about 10 times"),
        (-0.17, "about 90 times"),
    ],
)
def test_no_more_digits_are_told_than_are_known(quiet: Diagnostics, lower: float, times: str) -> None:
    """The difference is 0.02 throughout."""
    wide = make_difference("price", lower=lower, difference=0.02)
    (cause,) = causes(quiet, wide, seed_mean=0.02)
    assert cause.endswith(f"a difference of this size takes {times} as many.")


def test_of_a_rare_class_its_labels_are_counted(quiet: Diagnostics) -> None:
    evidence = with_found(make_evidence(), 0, rare_labels=31, difference=make_difference("price", lower=-0.01))
    decision = Decision(False, (TaskVerdict("price", "undecided", ""),), ("r",), (), "s")
    (cause,) = explain(decision, evidence.comparison, quiet)
    assert "31 test labels of the rarer classes among 400 in 300 independent units" in cause
    evidence = with_found(make_evidence(), 0, rare_labels=150, difference=make_difference("price", lower=-0.01))
    assert "400 test labels in 300" in explain(decision, evidence.comparison, quiet)[0]
