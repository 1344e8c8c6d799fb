"""One set of draws for all models and tasks gives what each of them gives alone."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from mtl.evaluation import shared_resamples
from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import Bootstrap, paired_difference
from mtl.evaluation.ranking_metric import RankingMetric
from mtl.evaluation.resampled import Resampled, difference
from mtl.evaluation.resampling import draws
from mtl.evaluation.shared_resamples import score_on_shared_resamples
from mtl.evaluation.truth import FloatArray, IntArray, TaskTruth
from mtl.extensions import METRICS
from tests.mtl.evaluation.cases import CLASSIFYING, KIND_AND_METRIC, make_predictions, make_truth

FEW = Bootstrap(resamples=60, confidence=0.9, seed=3)


def alone(truth: TaskTruth, predictions: FloatArray, codes: IntArray, bootstrap: Bootstrap) -> FloatArray:
    """The metric row by row of the counts of all units."""
    counts = next(draws(len(codes), bootstrap.resamples, bootstrap.resamples, bootstrap.seed))
    own, unit = np.unique(truth.units, return_inverse=True)
    rescore = metric_named(truth.metric).rescorer(truth.labels, predictions, unit)
    return rescore(counts[:, np.searchsorted(codes, own)])


def observed(truth: TaskTruth, rows: FloatArray, name: str) -> TaskTruth:
    """The truth of a task that observes some rows."""
    return replace(truth, task=name, labels=truth.labels[rows], units=truth.units[rows])


@pytest.mark.parametrize(("kind", "metric"), KIND_AND_METRIC)
@pytest.mark.parametrize("units", [None, 12])
def test_each_model_and_task_is_scored_on_the_counts_of_its_units(kind: str, metric: str, units: int | None) -> None:
    rng = np.random.default_rng(0)
    whole = make_truth(kind, metric, rng, 80, units)
    some = observed(whole, np.sort(rng.choice(80, 50, replace=False)), "some")
    truths = {"task": whole, "some": some}
    models = {m: {task: make_predictions(truth, rng) for task, truth in truths.items()} for m in "ab"}
    found = score_on_shared_resamples(truths, models, FEW)
    for model, arrays in models.items():
        for task, array in arrays.items():
            each = found[model][task]
            assert each.value == metric_named(metric).score(truths[task].labels, array)
            expected = alone(truths[task], array, np.unique(whole.units), FEW)
            np.testing.assert_allclose(each.resampled, expected, rtol=1e-9, atol=1e-12)


def test_tasks_of_all_kinds_share_their_draws() -> None:
    rng = np.random.default_rng(1)
    truths = {metric + kind: make_truth(kind, metric, rng) for kind, metric in KIND_AND_METRIC}
    predictions = {task: make_predictions(truth, rng) for task, truth in truths.items()}
    together = score_on_shared_resamples(truths, {"model": predictions}, FEW)["model"]
    for task, truth in truths.items():
        apart = score_on_shared_resamples({task: truth}, {"model": predictions}, FEW)["model"]
        np.testing.assert_allclose(together[task].resampled, apart[task].resampled, rtol=1e-9, atol=1e-12)


def test_chunks_of_resamples_cover_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    truths = {metric: make_truth("binary", metric, rng) for metric in ("roc_auc", "brier", "accuracy")}
    models = {"model": {task: make_predictions(truth, rng) for task, truth in truths.items()}}
    whole = score_on_shared_resamples(truths, models, FEW)["model"]
    monkeypatch.setattr(shared_resamples, "COUNTS_AT_ONCE", 60 * 7)
    for task, each in score_on_shared_resamples(truths, models, FEW)["model"].items():
        np.testing.assert_allclose(each.resampled, whole[task].resampled, rtol=1e-12)


def test_a_task_that_a_model_does_not_predict_is_absent_and_so_is_one_without_labels() -> None:
    rng = np.random.default_rng(3)
    truth = make_truth("regression", "r2", rng)
    found = score_on_shared_resamples(
        {"task": truth, "other": truth}, {"both": {"task": truth.labels, "unknown": truth.labels}, "none": {}}, FEW
    )
    assert {model: set(tasks) for model, tasks in found.items()} == {"both": {"task"}, "none": set()}


@pytest.mark.parametrize(("kind", "metric"), KIND_AND_METRIC)
def test_a_few_of_many_rows_are_scored_as_they_are_alone(kind: str, metric: str) -> None:
    rng = np.random.default_rng(11)
    whole = make_truth(kind, metric, rng, 500)
    few = observed(whole, np.sort(rng.choice(500, 20, replace=False)), "few")
    array = make_predictions(few, rng)
    found = score_on_shared_resamples({"whole": whole, "few": few}, {"model": {"few": array}}, FEW)["model"]["few"]
    expected = alone(few, array, np.arange(500), FEW)
    np.testing.assert_allclose(found.resampled, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_prediction_that_is_not_finite_leaves_nothing_and_harms_no_other_model(bad: float) -> None:
    rng = np.random.default_rng(4)
    truth = make_truth("regression", "r2", rng)
    fit = make_predictions(truth, rng)
    unfit = np.where(np.arange(60) == 3, bad, fit)
    found = score_on_shared_resamples({"task": truth}, {"fit": {"task": fit}, "unfit": {"task": unfit}}, FEW)
    assert np.isnan(found["unfit"]["task"].value)
    assert np.isnan(found["unfit"]["task"].resampled).all()
    assert np.isfinite(found["fit"]["task"].resampled).all()


def test_errors_too_large_to_square_harm_no_other_model() -> None:
    rng = np.random.default_rng(5)
    truth = make_truth("regression", "rmse", rng)
    fit = make_predictions(truth, rng)
    found = score_on_shared_resamples({"task": truth}, {"fit": {"task": fit}, "unfit": {"task": fit + 1e200}}, FEW)
    assert np.isfinite(found["fit"]["task"].resampled).all()
    assert not np.isfinite(found["unfit"]["task"].value)


@pytest.mark.parametrize(("kind", "metric"), CLASSIFYING)
def test_labels_of_one_class_leave_nothing_to_judge(kind: str, metric: str) -> None:
    rng = np.random.default_rng(6)
    mixed = make_truth(kind, metric, rng)
    truth = replace(mixed, labels=np.ones(60))
    (found,) = score_on_shared_resamples({"t": truth}, {"model": {"t": make_predictions(mixed, rng)}}, FEW).values()
    assert np.isnan([found["t"].value, *found["t"].resampled]).all()


def test_predictions_that_are_not_aligned_are_refused() -> None:
    truth = make_truth("regression", "r2", np.random.default_rng(7))
    with pytest.raises(ValueError, match="expected"):
        score_on_shared_resamples({"task": truth}, {"model": {"task": np.zeros(59)}}, FEW)


def test_no_task_and_no_model_are_no_trouble() -> None:
    assert score_on_shared_resamples({}, {"model": {}}, FEW) == {"model": {}}
    assert score_on_shared_resamples({}, {}, FEW) == {}


@pytest.mark.parametrize("metric", ["roc_auc", "average_precision"])
@pytest.mark.parametrize(("positives", "decimals"), [(300, 9), (1000, 2), (1700, 9)])
def test_first_order_sums_give_the_bounds_that_exact_resamples_give(
    metric: str, positives: int, decimals: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(8)
    labels = np.repeat([1.0, 0.0], [positives, 2000 - positives])
    truth = TaskTruth("t", "binary", metric, labels, np.arange(2000), ("no", "yes"))
    models: Mapping[str, Mapping[str, FloatArray]] = {
        name: {"t": make_predictions(truth, rng, decimals=decimals)} for name in "ab"
    }
    bootstrap = Bootstrap(2000, 0.95)

    def bounds() -> tuple[Resampled, FloatArray]:
        found = score_on_shared_resamples({"t": truth}, models, bootstrap)
        paired = difference(truth, found["a"]["t"], found["b"]["t"], bootstrap)
        return found["a"]["t"], np.array([paired.lower, paired.upper, paired.standard_error])

    model, exact = bounds()
    monkeypatch.setattr(METRICS.get(metric), "exact_below", 1)
    first_order, near = bounds()
    assert (first_order.resampled != model.resampled).any()
    assert np.corrcoef(first_order.resampled, model.resampled)[0, 1] > 0.99
    assert np.abs(near - exact).max() < 0.08 * exact[2]  # 0.05 for as many rows as it is used for


@pytest.mark.parametrize("metric", ["roc_auc", "average_precision"])
def test_first_order_sums_of_rows_as_they_are_give_the_value_and_their_slopes_are_the_metrics(metric: str) -> None:
    """Each row taken a little more often: the derivative of the exact formula, ties and all."""
    rng = np.random.default_rng(9)
    truth = make_truth("binary", metric, rng, 30)
    predictions = make_predictions(truth, rng, decimals=1)
    of, rows = metric_named(metric), (truth.labels, predictions, np.arange(30))
    assert isinstance(of, RankingMetric)
    form, exact = of.first_order(*rows), of.rescorer(*rows)
    counts = 1.0 + 1e-6 * np.eye(31)[:, :30]
    first, true = form.finish(counts @ form.sums), exact(counts)
    assert first[-1] == pytest.approx(of.score(truth.labels, predictions))
    assert np.diff(first) / 1e-6 == pytest.approx(np.diff(true) / 1e-6, abs=1e-4)


@pytest.mark.parametrize("metric", ["roc_auc", "average_precision"])
def test_first_order_sums_have_no_value_where_one_class_is_drawn(metric: str) -> None:
    labels = np.array([1.0, 1.0, 0.0, 0.0])
    of = metric_named(metric)
    assert isinstance(of, RankingMetric)
    form = of.first_order(labels, np.array([0.9, 0.2, 0.4, 0.1]), np.arange(4))
    assert np.isnan(form.finish(np.array([[2.0, 2, 0, 0], [0, 0, 1, 3]]) @ form.sums)).all()


def test_one_task_alone_is_resampled_as_the_paired_difference_is() -> None:
    rng = np.random.default_rng(10)
    truth = make_truth("binary", "average_precision", rng, 200)
    pair = make_predictions(truth, rng), make_predictions(truth, rng)
    found = score_on_shared_resamples({"task": truth}, {k: {"task": each} for k, each in enumerate(pair)}, FEW)
    assert difference(truth, found[0]["task"], found[1]["task"], FEW) == paired_difference(truth, *pair, FEW)
