"""The share of the loss that a hundredth of the rows makes up, and what it warns of."""

from dataclasses import replace

import numpy as np
import pytest

from mtl.evaluation.heavy_tails import HEAVY, tail_share
from mtl.evaluation.paired_difference import Bootstrap, paired_difference
from mtl.evaluation.truth import FloatArray, TaskTruth
from tests.mtl.evaluation.cases import KIND_AND_METRIC, make_predictions, make_truth


def of_errors(errors: FloatArray, metric: str = "rmse") -> tuple[TaskTruth, FloatArray]:
    """Labels of which a prediction of zero has these errors."""
    return TaskTruth("t", "regression", metric, errors, np.arange(len(errors))), np.zeros(len(errors))


def test_it_is_the_largest_hundredth_of_the_loss() -> None:
    errors = np.ones(200)
    errors[[3, 90]] = [10.0, -20.0]
    assert tail_share(*of_errors(errors)) == pytest.approx(500 / 698)
    assert tail_share(*of_errors(errors, "r2")) == pytest.approx(500 / 698)
    assert tail_share(*of_errors(errors, "mae")) == pytest.approx(30 / 228)


@pytest.mark.parametrize("rows", [7, 50, 100, 130, 1000])
def test_equal_errors_have_a_hundredth_whatever_the_number_of_rows(rows: int) -> None:
    assert tail_share(*of_errors(np.ones(rows))) == pytest.approx(0.01)


def test_a_wrong_probability_of_almost_one_is_most_of_the_log_loss() -> None:
    chances = np.where(np.arange(100) == 5, 1e-12, 0.9)
    truth = TaskTruth("t", "binary", "log_loss", np.ones(100), np.arange(100), ("no", "yes"))
    assert tail_share(truth, chances) > 0.7
    assert tail_share(replace(truth, metric="brier"), chances) == pytest.approx(1 / (1 + 99 * 0.01), rel=0.01)


@pytest.mark.parametrize(("kind", "metric"), KIND_AND_METRIC)
def test_only_metrics_of_a_loss_have_one(kind: str, metric: str) -> None:
    rng = np.random.default_rng(0)
    truth = make_truth(kind, metric, rng)
    share = tail_share(truth, make_predictions(truth, rng))
    assert np.isfinite(share) == (metric in {"r2", "rmse", "mae", "log_loss", "brier"})


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e200])
def test_what_has_no_value_has_no_tail(bad: float) -> None:
    truth, predictions = of_errors(np.ones(10))
    assert np.isnan(tail_share(truth, np.where(np.arange(10) == 2, bad, predictions)))
    assert np.isnan(tail_share(*of_errors(np.zeros(10))))
    assert np.isnan(tail_share(*of_errors(np.zeros(0))))
    chances = TaskTruth("t", "binary", "log_loss", np.ones(3), np.arange(3), ("no", "yes"))
    assert np.isnan(tail_share(chances, np.array([0.5, 2.0, 0.5])))


def test_predictions_that_are_not_aligned_are_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        tail_share(of_errors(np.ones(5))[0], np.zeros(4))


def test_normal_errors_are_not_warned_of_and_heavy_ones_are() -> None:
    rng = np.random.default_rng(1)
    normal = [tail_share(*of_errors(rng.standard_normal(300))) for _ in range(500)]
    heavy = [tail_share(*of_errors(rng.standard_t(3, 1000))) for _ in range(200)]
    assert np.mean(normal) == pytest.approx(0.083, abs=0.005)
    assert max(normal) < HEAVY
    assert np.mean(np.array(heavy) > HEAVY) > 0.97


def test_candidates_of_heavy_errors_that_win_by_chance_are_nearly_all_warned_of() -> None:
    """Equal mean squares: normal errors, and t errors with 3 degrees of freedom."""
    rng = np.random.default_rng(2)
    won, unwarned = 0, 0
    for trial in range(300):
        heavy, normal = rng.standard_t(3, 1000) / np.sqrt(3), rng.standard_normal(1000)
        truth = TaskTruth("t", "regression", "rmse", np.zeros(1000), np.arange(1000))
        wins = paired_difference(truth, heavy, normal, Bootstrap(200, 0.95, trial)).lower > 0
        won += wins
        unwarned += wins and not tail_share(truth, heavy) > HEAVY
    assert won / 300 > 0.15
    assert unwarned / 300 < 0.02
