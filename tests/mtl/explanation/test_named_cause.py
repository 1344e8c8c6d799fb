"""From what the probes showed to a cause."""

from collections.abc import Mapping

import pytest

from mtl.explanation import named_cause as causes
from mtl.explanation.gains import Gain
from mtl.explanation.named_cause import Shown, named_cause
from mtl.explanation.probes import ALONE, FEWER, REGULARISED, WIDER

NOTHING = Gain(0.0, 0.005)
MUCH = Gain(0.2, 0.02)


def shown(
    changes: Mapping[str, Gain], chosen: Gain | None = None, like: Gain | None = None, unseen: float = 0.1
) -> Shown:
    quiet = dict.fromkeys((ALONE, WIDER, REGULARISED, FEWER), NOTHING)
    return Shown("price", {**quiet, **changes}, chosen, like, unseen)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({ALONE: MUCH}, causes.CONFLICT),
        ({ALONE: MUCH, WIDER: Gain(0.1, 0.02)}, causes.CONFLICT),
        ({ALONE: Gain(0.1, 0.02), WIDER: MUCH}, causes.CAPACITY),
        ({WIDER: MUCH}, causes.CAPACITY),
        ({REGULARISED: MUCH}, causes.OVERFITTING),
        ({REGULARISED: MUCH, WIDER: Gain(0.05, 0.01)}, causes.OVERFITTING),
        ({REGULARISED: Gain(0.05, 0.01), WIDER: MUCH}, causes.CAPACITY),
        ({REGULARISED: MUCH, FEWER: Gain(-0.3, 0.02)}, causes.OVERFITTING),
        ({FEWER: Gain(-0.3, 0.02)}, causes.LABELS),
        ({FEWER: Gain(-0.3, 0.02), WIDER: MUCH}, causes.LABELS),
        ({FEWER: Gain(-0.1, 0.02), WIDER: MUCH}, causes.CAPACITY),
        ({}, causes.NOISE),
        ({FEWER: Gain(-0.03, 0.05)}, causes.UNCLEAR),
    ],
)
def test_what_repairs_a_task_is_what_it_lacked(changes: Mapping[str, Gain], name: str) -> None:
    assert named_cause(shown(changes)).name == name


def test_tasks_that_have_room_in_a_wider_trunk_do_not_conflict() -> None:
    assert named_cause(shown({ALONE: MUCH, WIDER: Gain(0.19, 0.03)})).name == causes.CAPACITY
    assert named_cause(shown({ALONE: MUCH, WIDER: Gain(0.19, 0.15)})).name == causes.CONFLICT, "that may be chance"


def test_where_training_rows_are_known_by_heart_less_will_do_to_call_it_overfitting() -> None:
    hint = {REGULARISED: Gain(0.08, 0.04), FEWER: Gain(-0.2, 0.05)}
    assert named_cause(shown(hint, unseen=0.95)).name == causes.OVERFITTING
    assert named_cause(shown(hint, unseen=0.3)).name == causes.LABELS


def test_a_wider_trunk_is_no_remedy_where_what_was_fitted_does_not_hold_for_other_rows() -> None:
    both = {WIDER: Gain(0.3, 0.05), FEWER: Gain(-0.2, 0.05)}
    assert named_cause(shown(both, unseen=0.3)).name == causes.LABELS
    assert named_cause(shown(both, unseen=0.05)).name == causes.CAPACITY


def test_a_repair_that_may_be_chance_names_nothing() -> None:
    assert named_cause(shown({WIDER: Gain(0.2, 0.15)})).name == causes.NOISE
    assert named_cause(shown({WIDER: Gain(0.01, 0.001)})).name == causes.NOISE, "too little to matter"


def test_a_chosen_run_that_is_ahead_while_its_like_are_not_was_lucky() -> None:
    ahead, behind = Gain(0.1, 0.02), Gain(-0.01, 0.02)
    assert named_cause(shown({}, ahead, behind)).name == causes.LUCK
    assert named_cause(shown({}, ahead, Gain(0.09, 0.02))).name == causes.NOISE
    assert named_cause(shown({}, behind, Gain(-0.2, 0.02))).name == causes.NOISE
    assert named_cause(shown({WIDER: MUCH}, ahead, behind)).name == causes.CAPACITY
    assert named_cause(shown({}, ahead, Gain(0.03, 0.03))).name == causes.LUCK, "its like are ahead by chance at most"


def test_the_cause_has_the_gain_that_names_it() -> None:
    found = named_cause(shown({WIDER: MUCH}))
    assert (found.task, found.probe, found.gain) == ("price", WIDER, MUCH)
    assert named_cause(shown({FEWER: Gain(-0.3, 0.02)})).gain == Gain(0.3, 0.02)
    assert named_cause(shown({FEWER: Gain(-0.03, 0.05)})).gain is None
