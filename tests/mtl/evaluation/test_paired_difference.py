from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given

from mtl.evaluation import resampling
from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import Bootstrap, level, paired_difference
from mtl.evaluation.resampling import draws
from mtl.evaluation.truth import FloatArray, TaskTruth
from tests.mtl.evaluation.cases import CLASSIFYING, KIND_AND_METRIC, lightly, make_predictions, make_truth, paired_cases
from tests.mtl.evaluation.references import REFERENCES, reference_score

FEW = Bootstrap(resamples=40, confidence=0.9, seed=3)
NUMBERS = ("candidate", "reference", "difference", "lower", "upper", "standard_error", "probability_better")


@pytest.mark.slow
@lightly
@given(paired_cases())
def test_the_whole_is_what_a_naive_bootstrap_gives(case: tuple[TaskTruth, FloatArray, FloatArray]) -> None:
    truth, candidate, reference = case
    if truth.metric not in REFERENCES:
        return
    paired = paired_difference(truth, candidate, reference, FEW)
    direction = metric_named(truth.metric).direction
    codes, unit = np.unique(truth.units, return_inverse=True)

    def score(predictions: FloatArray, taken: FloatArray) -> float:
        return reference_score(truth.metric, truth.labels, predictions, taken[unit])

    counts = next(draws(len(codes), FEW.resamples, FEW.resamples, FEW.seed))
    naive = np.array([direction * (score(candidate, taken) - score(reference, taken)) for taken in counts])
    if truth.num_classes and len(set(truth.labels)) < 2:
        naive[:] = np.nan
    defined = naive[np.isfinite(naive)]
    assert paired.undefined_resamples == FEW.resamples - len(defined)
    assert (paired.labels, paired.units) == (len(truth.labels), len(codes))
    if len(defined) and np.isfinite(paired.difference):
        tail = level(0.9, len(codes))
        expected = (*np.quantile(defined, [tail, 1 - tail]), defined.std())
        actual = (paired.lower, paired.upper, paired.standard_error)
        assert actual == pytest.approx(expected, rel=1e-9, abs=1e-9)


@lightly
@given(paired_cases())
def test_swapping_candidate_and_reference_turns_the_difference_round(
    case: tuple[TaskTruth, FloatArray, FloatArray],
) -> None:
    truth, first, second = case
    there, back = paired_difference(truth, first, second, FEW), paired_difference(truth, second, first, FEW)
    turned = (-back.difference, -back.upper, -back.lower, 1 - back.probability_better, back.standard_error)
    actual = (there.difference, there.lower, there.upper, there.probability_better, there.standard_error)
    assert actual == pytest.approx(turned, abs=1e-9, nan_ok=True)
    assert there.undefined_resamples == back.undefined_resamples


@lightly
@given(paired_cases())
def test_the_order_of_rows_does_not_matter(case: tuple[TaskTruth, FloatArray, FloatArray]) -> None:
    truth, first, second = case
    order = np.random.default_rng(0).permutation(len(truth.labels))
    moved = TaskTruth(truth.task, truth.kind, truth.metric, truth.labels[order], truth.units[order], truth.classes)
    before = asdict(paired_difference(truth, first, second, FEW))
    after = asdict(paired_difference(moved, first[order], second[order], FEW))
    for name in NUMBERS:
        assert after[name] == pytest.approx(before[name], abs=1e-9, nan_ok=True)


@lightly
@given(paired_cases())
def test_a_model_is_no_better_than_itself(case: tuple[TaskTruth, FloatArray, FloatArray]) -> None:
    truth, predictions, _ = case
    paired = paired_difference(truth, predictions, predictions, FEW)
    same = (paired.difference, paired.lower, paired.upper, paired.standard_error, paired.probability_better)
    assert same == (0.0, 0.0, 0.0, 0.0, 0.5) or np.isnan(same).all()


def test_the_codes_of_units_do_not_matter_only_who_shares_one() -> None:
    rng = np.random.default_rng(1)
    truth = make_truth("binary", "roc_auc", rng, units=9)
    recoded = TaskTruth("task", "binary", "roc_auc", truth.labels, truth.units * 1000 + 7, truth.classes)
    first, second = make_predictions(truth, rng), make_predictions(truth, rng)
    assert paired_difference(truth, first, second, FEW) == paired_difference(recoded, first, second, FEW)


def test_the_same_seed_gives_the_same_result_and_another_does_not() -> None:
    rng = np.random.default_rng(2)
    truth = make_truth("regression", "r2", rng)
    pair = make_predictions(truth, rng), make_predictions(truth, rng)
    results = [paired_difference(truth, *pair, Bootstrap(200, 0.95, seed)) for seed in (5, 5, 6)]
    assert results[0] == results[1]
    assert results[0].lower != results[2].lower


@pytest.mark.parametrize(("kind", "metric"), KIND_AND_METRIC)
def test_confidence_one_half_is_the_plain_point_estimate(kind: str, metric: str) -> None:
    rng = np.random.default_rng(4)
    truth = make_truth(kind, metric, rng, rows=200)
    first, second = make_predictions(truth, rng, 0.5), make_predictions(truth, rng, 2.0)
    paired = paired_difference(truth, first, second, Bootstrap(50, 0.5))
    assert paired.lower == paired.upper == paired.difference > 0
    assert paired.difference == metric_named(metric).direction * (paired.candidate - paired.reference)


def test_chunks_of_resamples_cover_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    truth = make_truth("binary", "average_precision", rng)
    pair = make_predictions(truth, rng), make_predictions(truth, rng)
    whole = paired_difference(truth, *pair, FEW)
    monkeypatch.setattr(resampling, "CHUNK", 7 * len(truth.labels))
    assert paired_difference(truth, *pair, FEW) == whole


def test_each_draw_takes_as_many_units_as_there_are() -> None:
    counts = np.concatenate(list(draws(units=11, resamples=1000, chunk=300, seed=0)))
    assert counts.shape == (1000, 11)
    assert (counts.sum(axis=1) == 11).all()
    assert counts.mean(axis=0) == pytest.approx(np.ones(11), abs=5 / np.sqrt(1000))
    assert counts.var() == pytest.approx(1 - 1 / 11, rel=0.1)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e200])
def test_one_unfit_prediction_leaves_nothing_to_judge(bad: float) -> None:
    rng = np.random.default_rng(6)
    truth = make_truth("regression", "r2", rng)
    fit = make_predictions(truth, rng)
    unfit = fit.copy()
    unfit[3] = bad
    for pair in ((unfit, fit), (fit, unfit)):
        paired = paired_difference(truth, *pair, FEW)
        assert np.isnan([paired.lower, paired.upper, paired.standard_error, paired.probability_better]).all()
        assert not np.isfinite(paired.difference)
        assert paired.undefined_resamples == FEW.resamples


@pytest.mark.parametrize(("kind", "metric"), CLASSIFYING)
def test_labels_of_one_class_leave_nothing_to_judge(kind: str, metric: str) -> None:
    rng = np.random.default_rng(7)
    mixed = make_truth(kind, metric, rng)
    truth = TaskTruth("task", kind, metric, np.ones(60), mixed.units, mixed.classes)
    paired = paired_difference(truth, make_predictions(truth, rng, 0.1), make_predictions(mixed, rng), FEW)
    assert np.isnan([paired.difference, paired.lower, paired.upper, paired.candidate]).all()


def test_resamples_without_a_value_are_counted() -> None:
    labels = np.array([1.0] + [0.0] * 9)
    truth = TaskTruth("task", "binary", "roc_auc", labels, np.arange(10), ("no", "yes"))
    paired = paired_difference(truth, labels * 0.8 + 0.1, np.full(10, 0.5), Bootstrap(2000, 0.95))
    assert paired.undefined_resamples / 2000 == pytest.approx(0.9**10, abs=0.05)
    assert paired.lower == pytest.approx(0.5)


def test_predictions_that_are_not_aligned_are_refused() -> None:
    truth = make_truth("regression", "r2", np.random.default_rng(8))
    with pytest.raises(ValueError, match="expected"):
        paired_difference(truth, np.zeros(60), np.zeros(59), FEW)


def test_the_level_is_the_tail_for_many_units_and_smaller_for_few() -> None:
    assert level(0.95, 100_000) == pytest.approx(0.05, abs=1e-4)
    assert level(0.95, 30) == pytest.approx(0.042, abs=5e-4)
    assert level(0.95, 7) == pytest.approx(0.018, abs=5e-4)
    assert level(0.95, 1) == 0.0


@pytest.mark.parametrize(("resamples", "confidence"), [(0, 0.95), (100, 1.0), (100, 0.4), (100, np.nan)])
def test_what_gives_no_interval_is_refused(resamples: int, confidence: float) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Bootstrap(resamples, confidence)
