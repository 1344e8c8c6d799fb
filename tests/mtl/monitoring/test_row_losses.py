import numpy as np
import pytest

from mtl.evaluation.truth import TaskTruth
from mtl.monitoring.row_losses import LEAST, clipped, difference_bound, raw_differences
from tests.mtl.evaluation.cases import make_predictions, make_truth


def binary(*labels: float) -> TaskTruth:
    return TaskTruth("sick", "binary", "roc_auc", np.array(labels), np.arange(len(labels)))


def test_a_champion_that_is_surer_of_what_came_is_better() -> None:
    found = raw_differences(binary(1, 1, 0), np.array([0.9, 0.5, 0.9]), np.array([0.5, 0.9, 0.5]))
    np.testing.assert_allclose(found, [0.01 - 0.25, 0.25 - 0.01, 0.81 - 0.25])


def test_several_classes_are_judged_by_half_the_squared_distance() -> None:
    truth = TaskTruth("kind", "multiclass", "accuracy", np.array([2.0]), np.arange(1), ("a", "b", "c"))
    worst, best = np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 0.0, 1.0]])
    np.testing.assert_allclose(raw_differences(truth, worst, best), [1.0])


@pytest.mark.parametrize(("metric", "difference"), [("r2", 9.0 - 1.0), ("rmse", 9.0 - 1.0), ("mae", 3.0 - 1.0)])
def test_numbers_are_judged_by_the_error_that_their_metric_means(metric: str, difference: float) -> None:
    truth = TaskTruth("weight", "regression", metric, np.array([10.0]), np.arange(1))
    np.testing.assert_allclose(raw_differences(truth, np.array([13.0]), np.array([9.0])), [difference])


def test_a_prediction_that_is_no_number_costs_the_bound() -> None:
    truth = TaskTruth("weight", "regression", "r2", np.zeros(4), np.arange(4))
    nan, huge = np.nan, 1e300
    found = raw_differences(truth, np.array([nan, 1.0, nan, huge]), np.array([1.0, nan, nan, 0.0]))
    np.testing.assert_array_equal(clipped(found, 2.0), [2.0, -2.0, 0.0, 2.0])


def test_the_bound_leaves_all_but_a_hundredth_as_they_are() -> None:
    differences = np.random.default_rng(0).normal(size=10_000)
    bound = difference_bound(differences)
    assert np.mean(clipped(differences, bound) == differences) == pytest.approx(0.99, abs=0.001)
    assert difference_bound(np.zeros(5)) == LEAST
    assert np.isfinite(difference_bound(np.array([np.inf])))


@pytest.mark.parametrize(("kind", "metric"), [("binary", "brier"), ("multiclass", "macro_f1"), ("regression", "mae")])
def test_a_model_is_no_worse_than_itself(kind: str, metric: str) -> None:
    rng = np.random.default_rng(0)
    truth = make_truth(kind, metric, rng)
    found = make_predictions(truth, rng)
    assert not raw_differences(truth, found, found).any()
