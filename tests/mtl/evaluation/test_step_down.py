"""A list of better tasks holds a wrong one as seldom as it says, and is no shorter than it must be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from mtl.evaluation.procedure_difference import Trained, procedure_difference
from mtl.evaluation.resampled import Resampled
from mtl.evaluation.step_down import TasksBetter, adjusted_p_values, joint_noise, tasks_better
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.jsonable import from_json, to_json
from tests.mtl.evaluation.cases import lightly

TRIALS = 2000
ALPHA = 0.05
TOLERANCE = 3.5 * np.sqrt(ALPHA * (1 - ALPHA) / TRIALS)


def alike(tasks: int, draws: int, correlation: float, seed: int) -> FloatArray:
    """Standard normal scores of tasks that go together, [K, draws]."""
    shared, own = np.split(np.random.default_rng(seed).standard_normal((tasks + 1, draws)), [1])
    scores: FloatArray = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    return scores


def listed(tasks: int, better: int, correlation: float, effect: float = 4.0) -> FloatArray:
    """Which tasks each trial lists, [TRIALS, K]; the first so many are better by so many standard errors."""
    noise = alike(tasks, 2000, correlation, 0)
    scores = alike(tasks, TRIALS, correlation, 1) + effect * (np.arange(tasks) < better)[:, None]
    return np.array([adjusted_p_values(1 - ndtr(each), noise) <= ALPHA for each in scores.T])


@pytest.mark.parametrize("tasks", [3, 6, 10])
@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize("correlation", [0.0, 0.6])
def test_any_task_is_listed_wrongly_as_seldom_as_the_level_says(tasks: int, share: float, correlation: float) -> None:
    better = round(share * tasks)
    wrong = listed(tasks, better, correlation)[:, better:].any(axis=1).mean()
    assert 0.25 * ALPHA < wrong < ALPHA + TOLERANCE + 0.005  # and the noise of 2,000 draws of the critical value


@pytest.mark.parametrize(("tasks", "least"), [(3, 0.95), (6, 0.92), (10, 0.88)])
def test_tasks_that_are_better_by_four_standard_errors_are_mostly_listed(tasks: int, least: float) -> None:
    assert listed(tasks, tasks // 2, 0.3)[:, : tasks // 2].mean() > least


def test_tasks_that_go_together_cost_less_than_bonferroni() -> None:
    p_values = np.full(10, 0.008)
    assert adjusted_p_values(p_values, alike(10, 20_000, 0.9, 0)).max() < 0.5 * 10 * 0.008
    assert adjusted_p_values(p_values, alike(10, 20_000, 0.0, 0)) == pytest.approx(1 - 0.992**10, abs=0.006)


def test_the_next_best_task_is_judged_among_those_that_are_left() -> None:
    adjusted = adjusted_p_values(np.array([0.04, 1e-6]), alike(2, 20_000, 0.0, 0))
    assert adjusted == pytest.approx([0.04, 1e-4], abs=0.005)


@lightly
@given(st.lists(st.floats(1e-6, 1 - 1e-6), min_size=1, max_size=8), st.floats(0.0, 1.0))
def test_adjusted_p_values_are_no_smaller_and_in_the_same_order(p_values: list[float], correlation: float) -> None:
    alone = np.array(p_values)
    adjusted = adjusted_p_values(alone, alike(len(alone), 500, correlation, 0))
    assert (adjusted >= alone).all()
    assert (adjusted <= 1.0).all()
    assert (np.diff(adjusted[np.argsort(alone, kind="stable")]) >= 0).all()


def test_one_task_alone_keeps_its_p_value() -> None:
    noise = joint_noise(np.random.default_rng(0).exponential(size=(1, 5000)), np.ones(1), 0)
    assert adjusted_p_values(np.array([0.03]), noise) == pytest.approx([0.03], abs=1e-3)


def test_noise_is_standard_normal_and_goes_together_as_far_as_rows_do() -> None:
    rng = np.random.default_rng(1)
    shared = rng.exponential(size=5000)
    gains = np.stack([shared, 3.0 * shared + 7.0, shared, np.zeros(5000)])
    noise = joint_noise(gains, np.array([1.0, 1.0, 0.25, 1.0]), 0)
    assert noise.mean(axis=1) == pytest.approx(np.zeros(4), abs=0.05)
    assert noise.std(axis=1) == pytest.approx(np.ones(4), abs=0.05)
    together = np.asarray(np.corrcoef(noise))[0, 1:]
    assert together == pytest.approx([1.0, 0.5, 0.0], abs=0.05)


def test_resamples_without_a_value_are_taken_as_independent() -> None:
    gains = np.tile(np.random.default_rng(2).standard_normal(4000), (2, 1))
    gains[0, :2000] = np.nan
    noise = joint_noise(gains, np.ones(2), 0)
    assert np.isfinite(noise).all()
    assert abs(np.corrcoef(*noise[:, :2000])[0, 1]) < 0.08
    assert np.corrcoef(*noise[:, 2000:])[0, 1] > 0.98


def found(effects: list[float], *, bad: int | None = None, margins: dict[str, float] | None = None) -> TasksBetter:
    """Tasks of these gains, in standard errors of the rows; one of them without a value."""
    truth = TaskTruth("t", "regression", "r2", np.arange(400.0), np.arange(400))
    moves = alike(len(effects), 1000, 0.5, 3)
    differences, gains = {}, {}
    for k, effect in enumerate(effects):
        value = np.nan if k == bad else effect
        gains[f"t{k}"] = Resampled(value, value + moves[k])
        ours, theirs = (Trained([each], draws=False) for each in (gains[f"t{k}"], Resampled(0.0, np.zeros(1000))))
        differences[f"t{k}"] = procedure_difference(truth, ours, theirs, 0.95)
    return tasks_better(differences, gains, ALPHA, margins=margins)


def test_tasks_are_listed_by_what_was_found_of_them() -> None:
    assert found([5.0, 0.0, 4.0, -3.0]).better == ("t0", "t2")
    assert found([0.0, -1.0]).better == ()


def test_a_task_that_cannot_be_judged_is_not_listed_and_takes_nothing_from_the_others() -> None:
    with_bad, without = found([5.0, 2.0, 9.0], bad=2), found([5.0, 2.0])
    assert with_bad.adjusted["t2"] == 1.0
    assert with_bad.adjusted["t1"] == pytest.approx(without.adjusted["t1"], abs=0.01)
    assert found([1.0], bad=0) == TasksBetter({"t0": 1.0}, ALPHA)


def test_a_margin_must_be_exceeded() -> None:
    assert found([5.0, 5.0], margins={"t1": 4.5}).better == ("t0",)


def test_it_survives_json() -> None:
    assert from_json(TasksBetter, to_json(found([5.0, 0.0]))) == found([5.0, 0.0])
