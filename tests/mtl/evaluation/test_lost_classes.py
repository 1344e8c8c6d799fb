"""A class that the candidate never gets right is named, however few rows it has."""

from dataclasses import replace

import numpy as np
import pytest

from mtl.evaluation.lost_classes import DECIDING, lost_classes
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.extensions import METRICS
from tests.mtl.evaluation.cases import CLASSIFYING, make_predictions, make_truth

CLASSES = ("common", "usual", "rare")
LABELS = np.repeat([0.0, 1.0, 2.0], [400, 198, 2])
TRUTH = TaskTruth("t", "multiclass", "macro_f1", LABELS, np.arange(600), CLASSES)


def sure_of(classes: FloatArray) -> FloatArray:
    """Probabilities that decide for these class indices."""
    chances: FloatArray = 0.1 + 0.7 * np.eye(3)[classes.astype(int)]
    return chances


def without(lost: int) -> FloatArray:
    """Right everywhere but on a class."""
    return sure_of(np.where(lost == LABELS, (lost + 1) % 3, LABELS))


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_lost_class_is_named_whatever_its_rows(lost: int) -> None:
    assert lost_classes(TRUTH, without(lost), sure_of(LABELS)) == (CLASSES[lost],)
    assert lost_classes(TRUTH, sure_of(LABELS), without(lost)) == ()


def test_one_right_row_is_not_lost() -> None:
    nearly = np.where(np.arange(600) == 599, 0.0, LABELS)
    assert lost_classes(TRUTH, sure_of(nearly), sure_of(LABELS)) == ()


def test_a_class_that_the_reference_cannot_tell_either_is_not_lost() -> None:
    assert lost_classes(TRUTH, without(2), without(2)) == ()


def test_classes_that_do_not_occur_are_not_lost() -> None:
    truth = replace(TRUTH, labels=np.zeros(600))
    assert lost_classes(truth, sure_of(np.zeros(600)), sure_of(LABELS)) == ()


def test_a_binary_candidate_that_always_says_no_has_lost_the_other_class() -> None:
    truth = TaskTruth("t", "binary", "f1", np.repeat([0.0, 1.0], [90, 10]), np.arange(100), ("no", "yes"))
    told = np.where(truth.labels == 1, 0.8, 0.3)
    assert lost_classes(truth, np.full(100, 0.1), told) == ("yes",)
    assert lost_classes(replace(truth, classes=()), np.full(100, 0.1), told) == ("1",)


@pytest.mark.parametrize(("kind", "metric"), CLASSIFYING)
def test_only_metrics_of_decided_classes_can_lose_one(kind: str, metric: str) -> None:
    truth = make_truth(kind, metric, np.random.default_rng(0), 200)
    told = make_predictions(truth, np.random.default_rng(1), 0.1)
    constant = np.broadcast_to(told[truth.labels == 0][0], told.shape)
    assert bool(lost_classes(truth, constant, told)) == (metric in DECIDING)


def test_the_metrics_that_decide_are_in_the_catalog() -> None:
    assert set(DECIDING) <= set(METRICS.names)


def test_what_are_no_probabilities_are_right_nowhere() -> None:
    assert lost_classes(TRUTH, np.full((600, 3), np.nan), sure_of(LABELS)) == CLASSES
    assert lost_classes(TRUTH, sure_of(LABELS), np.full((600, 3), 7.0)) == ()


def test_regression_loses_no_class_and_predictions_must_be_aligned() -> None:
    truth = make_truth("regression", "r2", np.random.default_rng(2))
    assert lost_classes(truth, np.zeros(60), truth.labels) == ()
    with pytest.raises(ValueError, match="expected"):
        lost_classes(TRUTH, np.zeros((5, 3)), sure_of(LABELS))
