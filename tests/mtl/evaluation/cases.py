"""Small truths and predictions of every kind of task, for the tests of this room and of the gate."""

import numpy as np
import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.extensions import METRICS
from mtl.tasks.kind import kind_named

lightly = settings(max_examples=40, deadline=None, derandomize=True, database=None)
"""A property test that costs little and tries the same examples every time."""

KIND_AND_METRIC = [(kind, name) for name, metric in METRICS.items() for kind in metric.kinds]
CLASSIFYING = [(kind, name) for kind, name in KIND_AND_METRIC if kind_named(kind).num_classes(("1", "2"))]


def classes_of(kind: str) -> tuple[str, ...]:
    """Three class names, which are numbers, too, for a kind whose classes have names."""
    return kind_named(kind).classes_in(pd.Series(["1", "2", "3"]))


def make_truth(kind: str, metric: str, rng: np.random.Generator, rows: int = 60, units: int | None = None) -> TaskTruth:
    """Random labels; units are rows, or drawn from a number of units."""
    classes = classes_of(kind)
    num_classes = kind_named(kind).num_classes(classes)
    labels = rng.integers(num_classes, size=rows) if num_classes else rng.normal(3.0, 2.0, rows)
    codes = np.arange(rows) if units is None else rng.integers(units, size=rows)
    return TaskTruth("task", kind, metric, labels.astype(np.float64), codes, classes)


def make_predictions(
    truth: TaskTruth, rng: np.random.Generator, noise: float = 1.0, decimals: int = 9
) -> NDArray[np.float64]:
    """Predictions that know the labels up to noise; few decimals make ties."""
    shocks = noise * rng.normal(size=(len(truth.labels), kind_named(truth.kind).width(truth.classes)))
    if not truth.num_classes:
        return np.round(truth.labels + shocks[:, 0], decimals)
    if shocks.shape[1] == 1:
        chances: FloatArray = 1.0 / (1.0 + np.exp(1.0 - 2.0 * truth.labels - shocks[:, 0]))
        return np.round(chances, decimals)
    knowing: FloatArray = np.exp(np.eye(truth.num_classes)[truth.labels.astype(int)] + np.round(shocks, decimals))
    total: FloatArray = knowing.sum(axis=1, keepdims=True)
    return knowing / total


@st.composite
def paired_cases(draw: st.DrawFn) -> tuple[TaskTruth, FloatArray, FloatArray]:
    """A truth of any kind and metric with two models' predictions: few rows, few units, ties, rare classes."""
    kind, metric = draw(st.sampled_from(KIND_AND_METRIC))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    units = draw(st.none() | st.integers(1, 12))
    truth = make_truth(kind, metric, rng, rows=draw(st.integers(1, 40)), units=units)
    decimals = draw(st.sampled_from([1, 9]))
    return truth, make_predictions(truth, rng, decimals=decimals), make_predictions(truth, rng, decimals=decimals)
