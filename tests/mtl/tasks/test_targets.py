"""Labels to targets and outputs back to predictions."""

import math
from dataclasses import replace

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from mtl.tasks.targets import predict, targets
from mtl.tasks.task import Task
from tests.mtl.evaluation.cases import lightly

NAN = float("nan")
ILL = Task("ill", "binary", "bce", "roc_auc", False, 0.0, 1.0, (), 0.7)
STAGE = replace(ILL, name="stage", kind="multiclass", loss="cross_entropy", metric="accuracy", classes=("a", "b", "c"))
COST = Task("cost", "regression", "mse", "r2", False, 100.0, 20.0, (), 1.0)


def column(*values: float) -> Tensor:
    return torch.tensor(values).unsqueeze(1)


def test_targets_are_standardised_or_class_positions_and_0_where_missing() -> None:
    assert targets(COST, np.array([100.0, 140.0, NAN])).tolist() == [0.0, 2.0, 0.0]
    assert targets(ILL, np.array([1.0, 0.0, NAN])).tolist() == [1.0, 0.0, 0.0]
    stages = targets(STAGE, np.array([2.0, NAN, 1.0]))
    assert (stages.tolist(), stages.dtype) == ([2.0, 0.0, 1.0], torch.float32)


def test_predictions_are_in_the_label_s_unit_or_probabilities() -> None:
    np.testing.assert_allclose(predict(COST, column(0.0, 2.0, -1.5)), [100.0, 140.0, 70.0])
    np.testing.assert_allclose(predict(ILL, column(0.0, math.log(3))), [0.5, 0.75])
    stages = predict(STAGE, torch.tensor([[0.0, math.log(2), math.log(5)]]))
    np.testing.assert_allclose(stages, [[1 / 8, 2 / 8, 5 / 8]], rtol=1e-6)


@lightly
@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6))
def test_a_perfect_output_predicts_the_label(labels: list[float]) -> None:
    standardised = targets(COST, np.array(labels)).unsqueeze(1)
    np.testing.assert_allclose(predict(COST, standardised), labels, rtol=1e-5, atol=1e-3)


@lightly
@given(st.lists(st.tuples(*[st.floats(-500, 500)] * 3), min_size=1, max_size=6))
def test_probabilities_add_up_to_1_however_sure_the_network_is(scores: list[tuple[float, float, float]]) -> None:
    probabilities = predict(STAGE, torch.tensor(scores))
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-12)
    binary = predict(ILL, torch.tensor(scores)[:, :1])
    assert ((binary >= 0) & (binary <= 1)).all()


def test_one_row_or_none_gives_as_many_predictions() -> None:
    assert predict(ILL, column(0.5)).shape == (1,)
    assert predict(COST, torch.zeros(0, 1)).shape == (0,)
    assert predict(STAGE, torch.zeros(0, 3)).shape == (0, 3)
