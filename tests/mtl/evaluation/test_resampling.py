"""The fast values of many resamples are scikit-learn's values of the same resamples, one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.evaluation.metrics import CATALOG
from mtl.evaluation.ranking import RANKING
from mtl.evaluation.resampling import draws, rescorer
from mtl.evaluation.sums import ADDITIVE
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.spec.tasks_section import TaskKind
from tests.mtl.evaluation.cases import KIND_AND_METRIC, lightly, make_predictions, make_truth, paired_cases


def one_by_one(truth: TaskTruth, predictions: FloatArray, counts: FloatArray) -> list[float]:
    _, unit = np.unique(truth.units, return_inverse=True)
    rows = np.arange(len(truth.labels))
    repeated = [np.repeat(rows, taken[unit].astype(int)) for taken in counts]
    return [CATALOG[truth.metric].score(truth.labels[taken], predictions[taken]) for taken in repeated]


def test_every_metric_has_exactly_one_fast_form() -> None:
    assert set(ADDITIVE) | set(RANKING) == set(CATALOG)
    assert not set(ADDITIVE) & set(RANKING)


@lightly
@given(paired_cases(), st.integers(0, 100))
def test_resamples_of_small_hard_cases(case: tuple[TaskTruth, FloatArray, FloatArray], seed: int) -> None:
    truth, predictions, _ = case
    codes, unit = np.unique(truth.units, return_inverse=True)
    counts = next(draws(len(codes), 25, 25, seed))
    fast = rescorer(truth.metric, truth.labels, predictions, unit)(counts)
    assert fast == pytest.approx(one_by_one(truth, predictions, counts), rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(("kind", "metric"), KIND_AND_METRIC)
@pytest.mark.parametrize("decimals", [1, 9])
def test_resamples_of_a_large_case(kind: TaskKind, metric: str, decimals: int) -> None:
    rng = np.random.default_rng(7)
    truth = make_truth(kind, metric, rng, rows=1500, units=40)
    predictions = make_predictions(truth, rng, decimals=decimals)
    counts = next(draws(40, 20, 20, 0))
    fast = rescorer(metric, truth.labels, predictions, truth.units)(counts)
    assert np.isfinite(fast).all()
    assert fast == pytest.approx(one_by_one(truth, predictions, counts), rel=1e-10)


def test_labels_far_from_zero_lose_no_accuracy() -> None:
    rng = np.random.default_rng(8)
    near = make_truth("regression", "r2", rng, rows=300)
    far = TaskTruth("task", "regression", "r2", near.labels + 1e7, near.units)
    counts, predictions = next(draws(300, 10, 10, 0)), make_predictions(near, rng)
    values = rescorer("r2", far.labels, predictions + 1e7, far.units)(counts)
    assert values == pytest.approx(rescorer("r2", near.labels, predictions, near.units)(counts), rel=1e-6)


@pytest.mark.parametrize("pair", [(0.1, 0.7), (-0.7, -1.3)])  # the second leaves a spread of 1e-16 by rounding
def test_a_resample_of_one_label_has_no_r2(pair: tuple[float, float]) -> None:
    labels, unit = np.array([pair[0], pair[0], pair[1]]), np.array([0, 0, 1])
    counts = np.array([[7.0, 0.0], [1.0, 1.0]])
    values = rescorer("r2", labels, np.array([0.2, 0.3, 0.4]), unit)(counts)
    assert np.isnan(values).tolist() == [True, False]


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_certain_and_wrong_probabilities_cost_what_they_cost_in_scikit_learn(kind: TaskKind) -> None:
    truth = make_truth(kind, "log_loss", np.random.default_rng(9))
    wrong = 1.0 - truth.labels if kind == "binary" else np.eye(3)[(truth.labels.astype(int) + 1) % 3]
    counts = np.ones((1, 60))
    fast = rescorer("log_loss", truth.labels, wrong, truth.units)(counts)
    assert fast == pytest.approx(one_by_one(truth, wrong, counts), rel=1e-12)


@pytest.mark.parametrize("metric", sorted(RANKING))
def test_a_resample_of_one_class_ranks_nothing(metric: str) -> None:
    labels, unit = np.array([1.0, 1.0, 0.0]), np.array([0, 0, 1])
    counts = np.array([[2.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    values = rescorer(metric, labels, np.array([0.2, 0.3, 0.4]), unit)(counts)
    assert np.isnan(values).tolist() == [True, True, False]
