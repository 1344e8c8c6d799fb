"""Labels that cannot tell a better model from a worse one are named for what they are."""

import numpy as np
import pytest

from mtl.evaluation.judgeable import fewest_units, unjudgeable
from mtl.evaluation.truth import TaskTruth
from tests.mtl.evaluation.cases import KIND_AND_METRIC, make_truth

NAMES = ("low", "high")


def truth(kind: str, metric: str, labels: list[float], units: int | None = None) -> TaskTruth:
    rows = np.arange(len(labels))
    classes = NAMES if kind == "multiclass" else ()
    return TaskTruth("task", kind, metric, np.array(labels), rows if units is None else rows % units, classes)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (truth("regression", "r2", []), "no label"),
        (truth("binary", "roc_auc", [1.0] * 30), "30 labels, all of class 1"),
        (truth("multiclass", "accuracy", [1.0] * 30), "30 labels, all of class high"),
        (truth("binary", "brier", [0.0] * 30 + [1.0]), "1 labels beside 30 of class 0, of which 5 are needed"),
        (truth("multiclass", "accuracy", [0.0] * 4 + [1.0] * 9), "4 labels beside 9 of class high, of which 5 are"),
        (truth("regression", "r2", [2.5] * 30), "30 labels that are all 2.5"),
        (truth("regression", "mae", [float(n) for n in range(30)], 4), "30 labels in 4 independent units, of which 5"),
        (truth("regression", "mae", [2.5] * 30), ""),
        (truth("binary", "roc_auc", [0.0, 1.0] * 5), ""),
    ],
)
def test_what_cannot_judge_is_named(labels: TaskTruth, reason: str) -> None:
    found = unjudgeable(labels, 5)
    assert found.startswith(reason)
    assert bool(found) == bool(reason)


@pytest.mark.parametrize(("kind", "metric"), KIND_AND_METRIC)
def test_labels_of_every_kind_that_vary_can_judge(kind: str, metric: str) -> None:
    assert unjudgeable(make_truth(kind, metric, np.random.default_rng(0)), 5) == ""


@pytest.mark.parametrize(("confidence", "units"), [(0.5, 1), (0.8, 3), (0.95, 5), (0.99, 7)])
def test_so_many_units_can_show_something(confidence: float, units: int) -> None:
    assert fewest_units(confidence) == units
    assert 0.5**units <= 1 - confidence + 1e-12
