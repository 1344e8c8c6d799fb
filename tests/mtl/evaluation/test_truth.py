import numpy as np
import pytest

from mtl.evaluation.truth import TaskTruth


def truth(
    kind: str = "regression", metric: str = "r2", labels: object = (1.0, 2.0), units: object = (0, 1)
) -> TaskTruth:
    return TaskTruth("t", kind, metric, np.asarray(labels), np.asarray(units), ("a", "b", "c"))


def test_a_truth_keeps_its_own_copy_that_nobody_can_change() -> None:
    labels = np.array([1.0, 2.0])
    kept = truth(labels=labels)
    labels[0] = 9.0
    assert kept.labels.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        kept.labels[0] = 9.0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_label_that_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        truth(labels=[1.0, bad])


def test_units_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="must be"):
        truth(units=[0, 1, 2])


def test_a_metric_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="roc_auc is no metric of a regression task"):
        truth(metric="roc_auc")


@pytest.mark.parametrize(
    ("kind", "metric", "label"), [("binary", "f1", 2.0), ("binary", "f1", 0.5), ("multiclass", "accuracy", 3.0)]
)
def test_a_label_that_is_no_class_index_is_refused(kind: str, metric: str, label: float) -> None:
    with pytest.raises(ValueError, match="class index"):
        truth(kind, metric, labels=[0.0, label])


@pytest.mark.parametrize(
    ("kind", "metric", "shape", "expected"),
    [
        ("regression", "r2", (3,), r"\(2,\)"),
        ("binary", "f1", (2, 2), r"\(2,\)"),
        ("multiclass", "accuracy", (2, 2), r"\(2, 3\)"),
    ],
)
def test_predictions_of_another_shape_are_refused(
    kind: str, metric: str, shape: tuple[int, ...], expected: str
) -> None:
    with pytest.raises(ValueError, match=f"expected {expected}"):
        truth(kind, metric, labels=[0.0, 1.0]).aligned(np.zeros(shape))


def test_aligned_predictions_are_float64() -> None:
    assert truth().aligned(np.zeros(2, dtype=np.float32)).dtype == np.float64
