from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.evaluation.comparison import TaskComparison
from mtl.promotion.better import doubt, is_worse, verdict_on
from mtl.promotion.evidence import Opponent
from mtl.spec.gate_section import GateSpec
from tests.mtl.evaluation.cases import lightly
from tests.mtl.promotion.cases import POLICY, make_difference

anything = st.floats(allow_nan=True, allow_infinity=True)


def verdict(seed_mean: float = 0.05, **changes: Any) -> tuple[str, str]:  # noqa: ANN401
    found = verdict_on("price", TaskComparison(make_difference(**changes), seed_mean, 3), Opponent(), POLICY)
    return found.verdict, found.reason


def test_better_is_said_with_its_numbers() -> None:
    assert verdict() == ("better", "r2 +0.0400 [+0.0200, +0.0600], +0.0500 in the mean over 3 seeds, above 0.01")


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
        ({"confidence": 0.99}, "undecided", "the interval has confidence 0.99, the policy asks 0.95"),
        ({"difference": np.nan}, "undecided", "r2 is not finite"),
    ],
)
def test_the_reason_names_what_is_missing(changes: dict[str, Any], expected: str, reason: str) -> None:
    found = verdict(**changes)
    assert found[0] == expected
    assert reason in found[1]


def test_a_task_without_a_comparison_is_undecided() -> None:
    found = verdict_on("price", None, Opponent(), POLICY)
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
    found = verdict_on("price", TaskComparison(changed, seed_mean, 3), Opponent(), POLICY)
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
    found = verdict_on("price", TaskComparison(won, 0.05, 3), opponent, POLICY)
    assert found.verdict == "undecided"
    assert found.reason.startswith(reason)
    assert verdict_on("price", TaskComparison(lost, -0.1, 3), opponent, POLICY).verdict == "worse"
