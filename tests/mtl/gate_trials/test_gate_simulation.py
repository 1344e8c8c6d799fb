"""Decisions of a shape: which truths are simulated, and that the real gate decides on them."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest

from mtl.evaluation.metric import metric_named
from mtl.gate_trials.gate_simulation import DecisionShape, Trials, better_by, no_better, simulated, target
from mtl.spec.gate_section import GateSpec
from tests.mtl.gate_trials.shapes import STEADY, shape_of


def test_each_task_in_turn_is_no_better_and_the_others_are_far_above() -> None:
    shape = shape_of(STEADY, STEADY, STEADY)
    signals = np.array(no_better(shape).signals) / [each.signal for each in shape.tasks]
    assert signals == pytest.approx(3.0 - 2.0 * np.eye(3))


def test_where_one_better_task_is_enough_none_is() -> None:
    shape = shape_of(STEADY, STEADY, policy=GateSpec(rule="replace"))
    assert no_better(shape).signals == [[each.signal for each in shape.tasks]]


@pytest.mark.parametrize("gain", [0.01, 0.05])
def test_a_gain_is_a_share_of_the_metric(gain: float) -> None:
    shape = shape_of(STEADY)
    reached = shape.tasks[0].seen.value(better_by(shape, gain).signals[0][0])
    assert reached == pytest.approx(0.5 * (1 + gain), abs=1e-4)
    assert target(shape.tasks[0], gain) == pytest.approx(reached, abs=1e-4)


def test_what_is_far_above_is_promoted_and_what_is_far_below_is_not() -> None:
    shape = shape_of(STEADY, STEADY)
    far = [[3.0 * each.signal for each in shape.tasks]]
    near = [[0.3 * each.signal for each in shape.tasks]]
    assert Trials(shape, far).count(3, map).value == 1.0
    assert Trials(shape, near).count(3, map).value == 0.0


@pytest.mark.slow
def test_what_is_no_better_is_promoted_seldom_and_a_clear_gain_often() -> None:
    shape = shape_of(STEADY, STEADY)
    assert no_better(shape).count(60, map).value <= 0.08
    assert better_by(shape, 0.1).count(20, map).value >= 0.8


def test_the_same_trial_has_the_same_answer_in_whatever_order() -> None:
    trials = better_by(shape_of(None), 0.05)
    assert trials.promoted(range(4)) == [trials.promoted(range(at, at + 1))[0] for at in range(4)]


def test_all_seeds_of_both_sides_are_there_and_the_compared_ones_among_them() -> None:
    shape = shape_of(None, None, policy=GateSpec(confirmation=4))
    found = simulated(shape, [each.signal for each in shape.tasks], np.random.default_rng(0))
    assert len(found.predictions) == 4 + 2 * 4
    assert {found.candidate, *found.baselines.values()} <= set(found.predictions)
    assert found.confirming == (0, 1, 2, 3)


def test_an_opponent_without_seeds_is_one_run() -> None:
    shape = shape_of(replace(STEADY, spread=(0.01, 0.0), draws=False))
    found = simulated(shape, [3.0], np.random.default_rng(0))
    assert [run.seed for run in found.baselines.values()] == [None]
    assert Trials(shape, [[3.0]]).count(2, map).value == 1.0


def test_the_spread_over_seeds_is_the_one_that_is_known() -> None:
    shape = shape_of(replace(STEADY, spread=(0.02, 0.0)), policy=GateSpec(confirmation=40), number=300)
    found = simulated(shape, [shape.tasks[0].signal], np.random.default_rng(1))
    labels, metric = found.truths["t0"].labels, metric_named("r2")
    r2 = {run: metric.score(labels, each["t0"]) for run, each in found.predictions.items()}
    assert np.std([value for run, value in r2.items() if run.task is None]) == pytest.approx(0.02, rel=0.4)
    assert np.std([value for run, value in r2.items() if run.task]) < 1e-9


def test_trials_go_to_whatever_maps_them() -> None:
    shape: DecisionShape = shape_of(STEADY)
    asked: list[range] = []

    def remembering(function: Callable[[range], list[bool]], chunks: Iterable[range]) -> Iterable[list[bool]]:
        asked.extend(chunks)
        return map(function, asked)

    assert Trials(shape, [[3.0]]).count(12, remembering).trials == 12
    assert asked == [range(10), range(10, 12)]
