"""The best constant of training labels, by each metric."""

import numpy as np
import pytest

from mtl.evaluation.constant_predictor import best_constant, repeated
from mtl.evaluation.metric import metric_named
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.tasks.kind import kind_named
from tests.mtl.evaluation.cases import KIND_AND_METRIC, make_truth

SKEWED = np.array([0.0, 0.0, 0.0, 1.0, 9.0])


def truth_of(kind: str, metric: str, labels: FloatArray, classes: tuple[str, ...] = ()) -> TaskTruth:
    return TaskTruth("task", kind, metric, labels, np.arange(len(labels)), classes)


@pytest.mark.parametrize(
    ("kind", "metric", "labels", "expected"),
    [
        ("regression", "r2", SKEWED, [2.0]),
        ("regression", "rmse", SKEWED, [2.0]),
        ("regression", "mae", SKEWED, [0.0]),
        ("binary", "log_loss", np.array([0.0, 0.0, 0.0, 1.0]), [0.25]),
        ("binary", "brier", np.array([0.0, 0.0, 0.0, 1.0]), [0.25]),
        ("binary", "f1", np.array([0.0, 0.0, 0.0, 1.0]), [1.0]),
        ("multiclass", "log_loss", np.array([0.0, 0.0, 0.0, 2.0]), [0.75, 0.0, 0.25]),
    ],
)
def test_the_constant_fits_the_metric(kind: str, metric: str, labels: FloatArray, expected: list[float]) -> None:
    classes = ("a", "b", "c") if kind == "multiclass" else ()
    assert best_constant(truth_of(kind, metric, labels, classes)).tolist() == expected


@pytest.mark.parametrize(("kind", "metric"), KIND_AND_METRIC)
def test_no_other_constant_of_the_kind_is_better_on_the_labels(kind: str, metric: str) -> None:
    truth = make_truth(kind, metric, np.random.default_rng(0))
    measure = metric_named(metric)
    values = {
        tuple(each): measure.direction * measure.score(truth.labels, repeated(each, truth))
        for each in kind_named(kind).constants(truth.labels, truth.classes)
    }
    best = values[tuple(best_constant(truth))]
    assert np.isfinite(best)
    assert best == max(value for value in values.values() if np.isfinite(value))


def test_without_a_label_there_is_no_constant() -> None:
    with pytest.raises(ValueError, match="of no label"):
        best_constant(truth_of("regression", "r2", np.zeros(0)))
