"""Losses and links against numbers worked by hand."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mtl.tasks.losses import observed_mean, predict, row_losses, targets
from mtl.tasks.task import Task
from tests.mtl.evaluation.cases import lightly

NAN = float("nan")
ILL = Task("ill", "binary", "bce", "roc_auc", False, 0.0, 1.0, (), 0.7)
STAGE = Task("stage", "multiclass", "cross_entropy", "accuracy", False, 0.0, 1.0, ("a", "b", "c"), 1.1)
COST = Task("cost", "regression", "mse", "r2", False, 100.0, 20.0, (), 1.0)
SHARE = Task("share", "regression", "huber", "r2", False, 100.0, 20.0, (), 0.4)
SCORES = st.lists(st.floats(-30, 30), min_size=1, max_size=6)


def column(*values: float) -> torch.Tensor:
    return torch.tensor(values).unsqueeze(1)


def test_targets_are_standardised_or_class_positions_and_0_where_missing() -> None:
    assert targets(COST, np.array([100.0, 140.0, NAN])).tolist() == [0.0, 2.0, 0.0]
    assert targets(ILL, np.array([1.0, 0.0, NAN])).tolist() == [1.0, 0.0, 0.0]
    stages = targets(STAGE, np.array([2.0, NAN, 1.0]))
    assert (stages.tolist(), stages.dtype) == ([2, 0, 1], torch.int64)


def test_binary_cross_entropy() -> None:
    # σ(0) = 1/2, σ(ln 3) = 3/4.
    outputs = column(0.0, math.log(3), math.log(3))
    losses = row_losses(ILL, outputs, torch.tensor([1.0, 1.0, 0.0]))
    assert losses.tolist() == pytest.approx([math.log(2), math.log(4 / 3), math.log(4)])


def test_cross_entropy() -> None:
    # softmax(0, ln 2, ln 5) = (1/8, 2/8, 5/8).
    outputs = torch.tensor([[0.0, math.log(2), math.log(5)]] * 3)
    losses = row_losses(STAGE, outputs, torch.tensor([0, 1, 2]))
    assert losses.tolist() == pytest.approx([math.log(8), math.log(4), math.log(8 / 5)])


def test_squared_and_huber_error() -> None:
    outputs, target = column(0.5, -3.0), torch.tensor([0.0, 1.0])
    assert row_losses(COST, outputs, target).tolist() == [0.25, 16.0]
    # 0.5²/2 within 1; 4 − 1/2 beyond.
    assert row_losses(SHARE, outputs, target).tolist() == [0.125, 3.5]


@pytest.mark.parametrize("task", [ILL, COST, SHARE])
def test_a_batch_of_one_row_has_one_loss(task: Task) -> None:
    assert row_losses(task, column(0.5), torch.tensor([1.0])).shape == (1,)
    assert predict(task, column(0.5)).shape == (1,)


def test_the_mean_is_over_the_observed_rows() -> None:
    losses = torch.tensor([1.0, 100.0, 3.0])
    assert float(observed_mean(losses, torch.tensor([1.0, 0.0, 1.0]))) == 2.0
    assert float(observed_mean(losses, torch.zeros(3))) == 0.0


@lightly
@given(SCORES, st.data())
def test_a_missing_label_neither_counts_nor_pulls(scores: list[float], data: st.DataObject) -> None:
    observed = data.draw(st.lists(st.booleans(), min_size=len(scores), max_size=len(scores)))
    outputs = column(*scores).requires_grad_()
    labels = np.where(observed, 110.0, NAN)
    mask = torch.tensor(observed, dtype=torch.float32)
    loss = observed_mean(row_losses(COST, outputs, targets(COST, labels)), mask)
    loss.backward()
    kept = [(score - 0.5) ** 2 for score, seen in zip(scores, observed, strict=True) if seen]
    assert float(loss.detach()) == pytest.approx(sum(kept) / max(len(kept), 1), rel=1e-5)
    assert outputs.grad is not None
    assert not outputs.grad[mask == 0].any()


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


def test_no_row_gives_no_prediction() -> None:
    assert predict(COST, torch.zeros(0, 1)).shape == (0,)
    assert predict(STAGE, torch.zeros(0, 3)).shape == (0, 3)
