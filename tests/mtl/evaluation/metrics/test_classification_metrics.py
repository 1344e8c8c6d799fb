"""Metrics of classes: which classes count, where a value is undefined, and what certainty costs."""

import numpy as np
import pytest

from mtl.evaluation.metric import metric_named, score_all
from tests.mtl.evaluation.cases import make_truth
from tests.mtl.evaluation.references import reference_score


def test_ranking_is_undefined_with_one_class_and_counting_is_not() -> None:
    values = score_all("binary", np.ones(3), np.array([0.9, 0.4, 0.8]))
    assert np.isnan([values["roc_auc"], values["average_precision"]]).all()
    assert values["accuracy"] == pytest.approx(2 / 3)
    assert values["log_loss"] == pytest.approx(-np.log([0.9, 0.4, 0.8]).mean())


@pytest.mark.parametrize("metric", ["roc_auc", "average_precision"])
def test_a_resample_of_one_class_ranks_nothing(metric: str) -> None:
    labels, unit = np.array([1.0, 1.0, 0.0]), np.array([0, 0, 1])
    counts = np.array([[2.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
    values = metric_named(metric).rescorer(labels, np.array([0.2, 0.3, 0.4]), unit)(counts)
    assert np.isnan(values).tolist() == [True, True, False]


def test_f1_is_undefined_without_a_positive_label_or_prediction() -> None:
    assert np.isnan(score_all("binary", np.zeros(3), np.full(3, 0.1))["f1"])


def test_the_classes_that_count_are_those_of_the_labels() -> None:
    labels, predictions = np.array([0.0, 0.0, 1.0, 1.0]), np.eye(3)[[0, 2, 1, 1]]
    values = score_all("multiclass", labels, predictions)
    assert values["balanced_accuracy"] == pytest.approx((0.5 + 1.0) / 2)
    assert values["macro_f1"] == pytest.approx((2 / 3 + 1.0) / 2)


def test_a_certain_and_wrong_probability_costs_much_but_not_infinitely_much() -> None:
    loss = metric_named("log_loss").score(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    assert 10 < loss < 40


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_certain_and_wrong_probabilities_cost_what_they_cost_in_scikit_learn(kind: str) -> None:
    truth = make_truth(kind, "log_loss", np.random.default_rng(9))
    wrong = 1.0 - truth.labels if kind == "binary" else np.eye(3)[(truth.labels.astype(int) + 1) % 3]
    expected = reference_score("log_loss", truth.labels, wrong, np.ones(60))
    assert metric_named("log_loss").score(truth.labels, wrong) == pytest.approx(expected, rel=1e-12)
