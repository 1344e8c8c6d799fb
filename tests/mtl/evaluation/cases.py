"""Small truths and predictions of every kind of task, for the tests of this room and of the gate."""

from typing import get_args

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.spec.tasks_section import METRICS, TaskKind

lightly = settings(max_examples=40, deadline=None, derandomize=True, database=None)
"""A property test that costs little and tries the same examples every time."""

KINDS: tuple[TaskKind, ...] = get_args(TaskKind)
KIND_AND_METRIC = [(kind, metric) for kind in KINDS for metric in METRICS[kind]]


def classes_of(kind: TaskKind) -> tuple[str, ...]:
    return {"regression": (), "binary": ("no", "yes"), "multiclass": ("a", "b", "c")}[kind]


def make_truth(
    kind: TaskKind, metric: str, rng: np.random.Generator, rows: int = 60, units: int | None = None
) -> TaskTruth:
    """Random labels; units are rows, or drawn from a number of units."""
    classes = classes_of(kind)
    labels = rng.normal(3.0, 2.0, rows) if kind == "regression" else rng.integers(len(classes), size=rows)
    codes = np.arange(rows) if units is None else rng.integers(units, size=rows)
    return TaskTruth("task", kind, metric, labels.astype(np.float64), codes, classes)


def make_predictions(
    truth: TaskTruth, rng: np.random.Generator, noise: float = 1.0, decimals: int = 9
) -> NDArray[np.float64]:
    """Predictions that know the labels up to noise; few decimals make ties."""
    shocks = noise * rng.normal(size=(len(truth.labels), max(truth.num_classes, 1)))
    if truth.kind == "regression":
        return np.round(truth.labels + shocks[:, 0], decimals)
    if truth.kind == "binary":
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
