"""Means and differences of models that are resampled already."""

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.evaluation.paired_difference import Bootstrap, level, paired_difference
from mtl.evaluation.resampled import MOST_UNDEFINED, Resampled, difference, gain, mean_of, undefined_share
from mtl.evaluation.shared_resamples import score_on_shared_resamples
from mtl.evaluation.truth import FloatArray, TaskTruth
from tests.mtl.evaluation.cases import lightly, make_predictions, make_truth, paired_cases

TRUTH = TaskTruth("t", "regression", "r2", np.arange(500.0), np.arange(500))
SOME = Bootstrap(resamples=1000, confidence=0.95)


def moving(value: float, undefined: float = 0.0, resamples: int = 1000) -> Resampled:
    """A model whose values on resamples are normal with a standard deviation of one, some of them undefined."""
    resampled = value + np.random.default_rng(0).standard_normal(resamples)
    resampled[: round(undefined * resamples)] = np.nan
    return Resampled(value, resampled)


def still(value: float, resamples: int = 1000) -> Resampled:
    return Resampled(value, np.full(resamples, value))


@lightly
@given(paired_cases())
def test_where_all_resamples_have_a_value_it_is_the_paired_difference(
    case: tuple[TaskTruth, FloatArray, FloatArray],
) -> None:
    truth, candidate, reference = case
    bootstrap = Bootstrap(40, 0.9, 3)
    paired = paired_difference(truth, candidate, reference, bootstrap)
    models = score_on_shared_resamples({"task": truth}, {"a": {"task": candidate}, "b": {"task": reference}}, bootstrap)
    shared = difference(truth, models["a"]["task"], models["b"]["task"], bootstrap)
    assert (shared.labels, shared.units) == (paired.labels, paired.units)
    assert shared.undefined_resamples == paired.undefined_resamples
    if paired.undefined_resamples == 0:
        numbers = [{k: v for k, v in asdict(each).items() if not isinstance(v, str)} for each in (shared, paired)]
        assert numbers[0] == pytest.approx(numbers[1], rel=1e-9, abs=1e-12)
    else:
        assert np.isnan([shared.lower, shared.upper]).all()


def test_the_mean_over_seeds_is_taken_on_each_resample() -> None:
    mean = mean_of([Resampled(1.0, np.array([1.0, 5.0])), Resampled(2.0, np.array([3.0, np.nan]))])
    assert mean.value == 1.5
    np.testing.assert_array_equal(mean.resampled, [2.0, np.nan])


def test_a_gain_is_positive_where_the_candidate_is_better_whatever_the_metric() -> None:
    lower_is_better = TaskTruth("t", "regression", "mae", np.arange(5.0), np.arange(5))
    assert gain(TRUTH, still(0.9), still(0.7)).value == pytest.approx(0.2)
    assert gain(lower_is_better, still(0.9), still(0.7)).value == pytest.approx(-0.2)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_has_no_gain_and_no_bound(bad: float) -> None:
    assert np.isnan(gain(TRUTH, still(bad), still(bad)).resampled).all()
    found = difference(TRUTH, still(bad), still(0.0), SOME)
    assert np.isnan([found.lower, found.upper, found.standard_error, found.probability_better]).all()
    assert found.undefined_resamples == 1000


@pytest.mark.parametrize("resamples", [1000, 10_000])
@pytest.mark.parametrize("undefined", [0.0, 0.005, 0.01])
def test_a_few_resamples_without_a_value_are_lost_ones_however_many_are_drawn(undefined: float, resamples: int) -> None:
    found = difference(TRUTH, moving(3.0, undefined, resamples), still(0.0, resamples), SOME)
    values = gain(TRUTH, moving(3.0, undefined, resamples), still(0.0, resamples)).resampled
    rest = np.sort(np.nan_to_num(values, nan=-1e9))
    tail = level(0.95, 500)
    assert (found.lower, found.upper) == pytest.approx(tuple(np.quantile(rest, [tail, 1 - tail])))
    assert found.lower > 0
    assert found.probability_better == pytest.approx(1.0 - undefined, abs=0.004)
    assert found.undefined_resamples == round(undefined * resamples)


def test_a_bound_at_a_level_below_the_share_without_a_value_is_beyond_measure() -> None:
    strict = Bootstrap(1000, 0.999)
    assert difference(TRUTH, moving(9.0, 0.005), still(0.0), strict).lower == -np.inf
    assert difference(TRUTH, moving(9.0), still(0.0), strict).lower > 0


def test_more_resamples_without_a_value_than_are_allowed_leave_no_bound() -> None:
    found = difference(TRUTH, moving(9.0, 2 * MOST_UNDEFINED), still(0.0), SOME)
    assert np.isnan([found.lower, found.upper]).all()
    assert found.difference == 9.0
    assert undefined_share(moving(9.0, 0.02).resampled) == pytest.approx(0.02)


@given(st.integers(1, 25))
@lightly
def test_rare_positives_are_decided_alike_whatever_the_number_of_resamples(seed: int) -> None:
    """Ten positives: one resample in 20,000 holds none of them, which no longer leaves the task undecided."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([1.0, 0.0], [10, 190])
    truth = TaskTruth("t", "binary", "roc_auc", labels, np.arange(200), ("no", "yes"))
    good, bad = (1 / (1 + np.exp(-scale * labels - rng.normal(size=200))) for scale in (6.0, 0.0))
    for resamples in (200, 2000):
        bootstrap = Bootstrap(resamples, 0.95, seed)
        models = score_on_shared_resamples({"t": truth}, {"a": {"t": good}, "b": {"t": bad}}, bootstrap)
        assert difference(truth, models["a"]["t"], models["b"]["t"], bootstrap).lower > 0


def test_confidence_one_half_is_the_difference_itself() -> None:
    found = difference(TRUTH, moving(3.0, 0.005), still(1.0), Bootstrap(1000, 0.5))
    assert found.lower == found.upper == found.difference == 2.0


def test_a_mean_over_seeds_is_as_good_as_any_model() -> None:
    rng = np.random.default_rng(3)
    truth = make_truth("regression", "r2", rng)
    models = {seed: {"task": make_predictions(truth, rng)} for seed in range(3)}
    scored = score_on_shared_resamples({"task": truth}, models, SOME)
    mean = mean_of([scored[seed]["task"] for seed in (0, 1)])
    found = difference(truth, mean, scored[2]["task"], SOME)
    alone = [difference(truth, scored[seed]["task"], scored[2]["task"], SOME) for seed in (0, 1)]
    assert found.difference == pytest.approx(np.mean([each.difference for each in alone]))
    assert found.standard_error < max(each.standard_error for each in alone)
