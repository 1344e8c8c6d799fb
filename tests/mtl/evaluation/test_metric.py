"""What is so of every metric there is, and so of a new one by itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.evaluation.metric import metric_named, score_all
from mtl.evaluation.resampling import draws
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.extensions import KINDS, METRICS
from tests.mtl.evaluation.cases import KIND_AND_METRIC, classes_of, lightly, make_predictions, make_truth, paired_cases
from tests.mtl.evaluation.references import REFERENCES, reference_score

KINDS_BY_NAME = pytest.mark.parametrize("kind", KINDS.names)


def values_of_resamples(truth: TaskTruth, predictions: FloatArray, counts: FloatArray) -> FloatArray:
    _, unit = np.unique(truth.units, return_inverse=True)
    with np.errstate(all="ignore"):
        return metric_named(truth.metric).rescorer(truth.labels, predictions, unit)(counts)


@pytest.mark.parametrize("name", METRICS.names)
def test_a_metric_is_for_kinds_that_there_are_and_has_a_better_side(name: str) -> None:
    metric = metric_named(name)
    assert metric.kinds
    assert set(metric.kinds) <= set(KINDS.names)
    assert metric.direction in (1, -1)
    assert metric.__doc__


@pytest.mark.parametrize(("kind", "name"), KIND_AND_METRIC)
def test_better_predictions_are_better_in_the_metrics_direction(kind: str, name: str) -> None:
    rng = np.random.default_rng(1)
    truth, metric = make_truth(kind, name, rng, rows=2000), metric_named(name)
    good, bad = (metric.score(truth.labels, make_predictions(truth, rng, noise)) for noise in (0.3, 3.0))
    assert metric.direction * (good - bad) > 0


@lightly
@given(paired_cases(), st.integers(0, 100))
def test_the_value_of_a_resample_is_the_value_of_its_rows(
    case: tuple[TaskTruth, FloatArray, FloatArray], seed: int
) -> None:
    truth, predictions, _ = case
    codes, unit = np.unique(truth.units, return_inverse=True)
    counts = next(draws(len(codes), 25, 25, seed))
    rows = [np.repeat(np.arange(len(unit)), taken[unit].astype(int)) for taken in counts]
    score = metric_named(truth.metric).score
    one_by_one = [score(truth.labels[taken], predictions[taken]) for taken in rows]
    resampled = values_of_resamples(truth, predictions, counts)
    assert resampled == pytest.approx(one_by_one, rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(("kind", "name"), KIND_AND_METRIC)
@pytest.mark.parametrize("decimals", [1, 9])
def test_the_value_is_that_of_the_resample_that_takes_every_unit_once(kind: str, name: str, decimals: int) -> None:
    rng = np.random.default_rng(7)
    truth = make_truth(kind, name, rng, rows=1500, units=40)
    predictions = make_predictions(truth, rng, decimals=decimals)
    value = metric_named(name).score(truth.labels, predictions)
    assert np.isfinite(value)
    assert values_of_resamples(truth, predictions, np.ones((2, 40))) == pytest.approx([value] * 2, rel=1e-12)


@lightly
@given(paired_cases())
def test_the_order_of_rows_does_not_matter(case: tuple[TaskTruth, FloatArray, FloatArray]) -> None:
    truth, predictions, _ = case
    order, score = np.random.default_rng(0).permutation(len(truth.labels)), metric_named(truth.metric).score
    expected = score(truth.labels, predictions)
    assert score(truth.labels[order], predictions[order]) == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


@lightly
@given(paired_cases(), st.integers(0, 2**32 - 1))
def test_values_and_resamples_are_scikit_learns(case: tuple[TaskTruth, FloatArray, FloatArray], seed: int) -> None:
    truth, predictions, _ = case
    if truth.metric not in REFERENCES:
        return
    rows = len(truth.labels)
    counts = np.random.default_rng(seed).integers(3, size=(5, rows)).astype(np.float64)
    counts[0] = 1.0
    expected = [reference_score(truth.metric, truth.labels, predictions, weights) for weights in counts]
    apart = TaskTruth(truth.task, truth.kind, truth.metric, truth.labels, np.arange(rows), truth.classes)
    found = values_of_resamples(apart, predictions, counts)
    assert found == pytest.approx(expected, rel=1e-11, abs=1e-12, nan_ok=True)
    value = metric_named(truth.metric).score(truth.labels, predictions)
    assert value == pytest.approx(expected[0], rel=1e-12, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize(("kind", "name"), [case for case in KIND_AND_METRIC if case[1] in REFERENCES])
@pytest.mark.parametrize("decimals", [1, 9])
def test_values_of_many_rows_are_scikit_learns(kind: str, name: str, decimals: int) -> None:
    rng = np.random.default_rng(2)
    truth = make_truth(kind, name, rng, rows=20_000)
    predictions = make_predictions(truth, rng, decimals=decimals)
    expected = reference_score(name, truth.labels, predictions, np.ones(20_000))
    assert metric_named(name).score(truth.labels, predictions) == pytest.approx(expected, rel=1e-12)


@KINDS_BY_NAME
def test_every_kind_is_scored_by_all_metrics_that_are_for_it(kind: str) -> None:
    rng = np.random.default_rng(3)
    truth = make_truth(kind, next(name for each, name in KIND_AND_METRIC if each == kind), rng)
    values = score_all(kind, truth.labels, make_predictions(truth, rng))
    assert list(values) == [name for each, name in KIND_AND_METRIC if each == kind]
    assert np.isfinite(list(values.values())).all()


@pytest.mark.parametrize(("kind", "name"), KIND_AND_METRIC)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_prediction_that_is_not_finite_makes_every_metric_nan(kind: str, name: str, bad: float) -> None:
    rng = np.random.default_rng(4)
    truth = make_truth(kind, name, rng)
    predictions = make_predictions(truth, rng)
    predictions[7] = bad
    assert np.isnan(metric_named(name).score(truth.labels, predictions))


@KINDS_BY_NAME
def test_no_rows_make_every_metric_nan(kind: str) -> None:
    shape = KINDS.get(kind)().prediction_shape(0, classes_of(kind))
    assert np.isnan(list(score_all(kind, np.zeros(0), np.zeros(shape)).values())).all()


@pytest.mark.parametrize(
    ("kind", "predictions"),
    [
        ("binary", [0.2, 1.3, 0.4]),
        ("binary", [-0.1, 0.3, 0.4]),
        ("multiclass", [[0.5, 0.5, 0.5], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        ("multiclass", [[1.5, -0.5, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
    ],
)
def test_what_is_no_probability_has_no_score(kind: str, predictions: list[float]) -> None:
    assert np.isnan(list(score_all(kind, np.array([0.0, 1.0, 0.0]), np.array(predictions)).values())).all()


def test_float32_probabilities_that_sum_to_one_only_roughly_are_accepted() -> None:
    rng = np.random.default_rng(5)
    truth = make_truth("multiclass", "log_loss", rng, rows=500)
    exact = make_predictions(truth, rng)
    rough = exact.astype(np.float32)
    assert score_all("multiclass", truth.labels, rough) == pytest.approx(
        score_all("multiclass", truth.labels, exact), rel=1e-5
    )
