from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.evaluation.comparison import TaskComparison
from mtl.promotion.better import verdict_on
from mtl.promotion.doubt import doubt, is_worse
from mtl.promotion.evidence import RULES, Evidence, Opponent
from mtl.spec.gate_section import GateSpec
from tests.mtl.evaluation.cases import lightly
from tests.mtl.promotion.cases import (
    POLICY,
    compared_on,
    evidence_of,
    make_comparison,
    make_difference,
    make_procedure,
)

anything = st.floats(allow_nan=True, allow_infinity=True)


def evidence_on(found: TaskComparison | None, rules: int = RULES, opponent: Opponent | None = None) -> Evidence:
    """Of the task price alone."""
    comparison = replace(make_comparison(), tasks=(found,) if found else ())
    opponents = {"price": opponent} if opponent else {}
    return replace(evidence_of(("price",), comparison), opponents=opponents, rules=rules)


def before(seed_mean: float = 0.05, **changes: float) -> tuple[str, str]:
    """Under version 3 of the rules."""
    found = TaskComparison(make_difference(**changes), seed_mean, 3)
    told = verdict_on("price", evidence_on(found, 3, Opponent()), POLICY)
    return told.verdict, told.reason


def verdict(mean: float = 0.02, policy: GateSpec = POLICY, **changes: float) -> tuple[str, str]:
    """Under those of today; `mean`: the lower bound over fresh seeds."""
    paired = make_difference(**changes)
    found = replace(compared_on(paired), procedure=make_procedure(make_difference(), mean))
    told = verdict_on("price", evidence_on(found, opponent=Opponent()), policy)
    return told.verdict, told.reason


def test_better_is_said_with_its_numbers() -> None:
    one = "r2 +0.0400 [+0.0200, +0.0600]"
    assert before() == ("better", f"{one}, +0.0500 in the mean over 3 seeds, above 0.01")
    mean = "+0.0400 [+0.0200, +0.0600] in the mean over 3 fresh seeds"
    assert verdict() == ("better", f"{one}; {mean}, above 0.01")


@pytest.mark.parametrize(
    ("changes", "expected", "reason"),
    [
        ({"mean": 0.009}, "undecided", "+0.0290 [+0.0090, +0.0490] in the mean over 3 fresh seeds is not surely above"),
        ({"mean": -0.06}, "worse", "-0.0400 [-0.0600, -0.0200] in the mean over 3 fresh seeds is below zero"),
        ({"mean": np.nan}, "undecided", "a run of some seed is missing or not finite"),
        ({"lower": 0.009}, "undecided", "r2 +0.0290 [+0.0090, +0.0490]; "),
        ({"undefined_resamples": 2}, "better", "above 0.01"),
        ({"undefined_resamples": 2, "upper": np.nan}, "undecided", "r2 is undefined in 2 resamples"),
    ],
)
def test_both_this_version_and_its_way_of_training_must_be_better(
    changes: dict[str, Any], expected: str, reason: str
) -> None:
    found = verdict(**changes)
    assert found[0] == expected
    assert reason in found[1]


@pytest.mark.parametrize(("rare", "expected"), [(29, "undecided"), (30, "better")])
def test_labels_are_counted_in_the_rarer_classes(rare: int, expected: str) -> None:
    found = replace(compared_on(make_difference()), rare_labels=rare)
    told = verdict_on("price", evidence_on(found, opponent=Opponent()), POLICY)
    assert told.verdict == expected
    assert (told.reason == "29 labels of all classes but the most frequent, 30 are needed") == (rare == 29)


def test_a_class_that_is_lost_is_named() -> None:
    found = replace(compared_on(make_difference()), lost=("ham", "spam"))
    told = verdict_on("price", evidence_on(found, opponent=Opponent()), POLICY)
    assert (told.verdict, told.reason) == (
        "undecided",
        "it finds no row of ham, spam, of which its opponent finds some",
    )


@pytest.mark.parametrize(
    ("tolerance", "lower", "expected"),
    [({}, -0.0245, "no worse"), ({}, -0.0255, "undecided"), ({"price": 0.3}, -0.03, "no worse"), ({}, 0.02, "better")],
)
def test_under_the_rule_replace_a_small_loss_is_no_worse(
    tolerance: dict[str, float], lower: float, expected: str
) -> None:
    policy = POLICY.model_copy(update={"rule": "replace", "tolerance": tolerance})
    paired = make_difference(lower=lower, difference=0.04)
    found = compared_on(paired)
    assert verdict_on("price", evidence_on(found, opponent=Opponent()), policy).verdict == expected
    superior = verdict_on("price", evidence_on(found, opponent=Opponent()), POLICY).verdict
    assert superior == ("better" if expected == "better" else "undecided")


@pytest.mark.parametrize(
    ("changes", "expected", "reason"),
    [
        ({"lower": -0.2, "width": 0.1}, "worse", "is below zero"),
        ({"lower": -0.2, "width": 0.3}, "undecided", "is not surely above 0.01"),
        ({"lower": 0.001, "width": 0.002}, "undecided", "is not surely above 0.01"),
        ({"lower": -0.1, "width": 0.1}, "undecided", "is not surely above 0.01"),
        ({"seed_mean": 0.009}, "undecided", "is +0.0090 in the mean over 3 seeds, not above 0.01"),
        ({"seed_mean": np.nan}, "undecided", "a run of some seed is missing or not finite"),
        ({"labels": 99}, "undecided", "99 labels, 100 are needed"),
        ({"units": 4}, "undecided", "4 independent units cannot show anything at confidence 0.95"),
        ({"undefined_resamples": 2}, "undecided", "undefined in 2 resamples"),
        ({"confidence": 0.99}, "undecided", "the interval has confidence 0.99, 0.95 is asked"),
        ({"difference": np.nan}, "undecided", "r2 is not finite"),
    ],
)
def test_the_reason_names_what_is_missing(changes: dict[str, Any], expected: str, reason: str) -> None:
    found = before(**changes)
    assert found[0] == expected
    assert reason in found[1]


def test_a_task_without_a_comparison_is_undecided() -> None:
    found = verdict_on("price", evidence_on(None, opponent=Opponent()), POLICY)
    assert (found.verdict, found.reason) == ("undecided", "there is no comparison with a baseline")


def test_exactly_the_labels_that_are_needed_are_enough() -> None:
    assert verdict(labels=100)[0] == "better"


def test_unsound_evidence_is_not_worse_either() -> None:
    assert verdict(lower=-0.3, width=0.1, labels=3)[0] == "undecided"


@pytest.mark.parametrize(("confidence", "units"), [(0.95, 5), (0.99, 7), (0.5, 1)])
def test_the_fewest_units_that_can_show_anything(confidence: float, units: int) -> None:
    policy = GateSpec(confidence=confidence, min_labels=2)
    assert doubt(make_difference(units=units, confidence=confidence), policy) == ""
    assert "independent units" in doubt(make_difference(units=units - 1, confidence=confidence), policy)


@lightly
@given(anything, anything, anything, anything, anything)
def test_better_is_never_said_of_numbers_that_do_not_say_so(
    lower: float, upper: float, difference: float, seed_mean: float, standard_error: float
) -> None:
    paired = make_difference(lower=0.0, width=0.0)
    changes = {"lower": lower, "upper": upper, "difference": difference, "standard_error": standard_error}
    changed = type(paired)(**{**asdict(paired), **changes})
    compared = TaskComparison(changed, seed_mean, 3)
    found = verdict_on("price", evidence_on(compared, 3, Opponent()), POLICY)
    finite = bool(np.isfinite([*changes.values(), seed_mean]).all())
    expected = finite and lower > POLICY.margin and seed_mean > POLICY.margin and not upper < 0
    assert (found.verdict == "better") == expected


def test_worse_begins_strictly_below_zero() -> None:
    assert is_worse(make_difference(lower=-0.2, width=0.1))
    assert not is_worse(make_difference(lower=-0.1, width=0.1))


@pytest.mark.parametrize(
    ("opponent", "reason"),
    [
        (Opponent((), "best at the last of 60"), "not converged: best at the last of 60"),
        (Opponent(("linear", "boosted_trees")), "missing opponent: linear, boosted_trees left no run"),
        (None, "whether its opponent was trained to its end is not known"),
    ],
)
def test_a_weak_opponent_makes_nothing_better_but_may_make_it_worse(opponent: Opponent | None, reason: str) -> None:
    won, lost = make_difference(), make_difference(lower=-0.2, width=0.1)
    for rules in (3, RULES):
        found = verdict_on("price", evidence_on(compared_on(won), rules, opponent), POLICY)
        assert found.verdict == "undecided"
        assert found.reason.startswith(reason)
        assert verdict_on("price", evidence_on(compared_on(lost), rules, opponent), POLICY).verdict == "worse"
