"""Weights of classes, and the outputs that make up for them."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mtl.tasks.balance import balance_of, class_weights, prior_outputs
from mtl.tasks.criterion import Criterion
from mtl.tasks.kind import kind_named
from mtl.tasks.task import Task
from tests.mtl.evaluation.cases import lightly

RARE = Task("rare", "binary", "bce", "roc_auc", False, 0.0, 1.0, (), math.log(2), (), (2 / 3, 2.0))
COST = Task("cost", "regression", "mse", "r2", False, 0.0, 1.0, (), 1.0)
STAGE = Task("stage", "multiclass", "cross_entropy", "accuracy", False, 0.0, 1.0, ("a", "b", "c"), math.log(3))


@st.composite
def balanced(draw: st.DrawFn) -> tuple[Task, "np.ndarray[tuple[int], np.dtype[np.float64]]"]:
    """A balanced task with its training labels."""
    task = draw(st.sampled_from([RARE, STAGE]))
    counts = [draw(st.integers(1, 200)) for _ in task.classes or range(2)]
    labels = np.repeat(np.arange(len(counts)), counts).astype(np.float64)
    return replace(task, class_weights=class_weights(labels, len(counts))), labels


@lightly
@given(balanced())
def test_every_class_has_the_same_share_of_the_weights_whose_mean_is_1(found: tuple[Task, np.ndarray]) -> None:
    task, labels = found
    shares = np.array(task.class_weights) * np.bincount(labels.astype(int))
    np.testing.assert_allclose(shares, len(labels) / len(task.class_weights))


@lightly
@given(balanced())
def test_the_best_constant_outputs_are_the_class_frequencies_and_cost_the_prior_loss(
    found: tuple[Task, np.ndarray],
) -> None:
    task, labels = found
    prior = prior_outputs((task,))
    assert prior is not None
    frequencies = np.bincount(labels.astype(int)) / len(labels)
    predicted = kind_named(task.kind).link(prior[None])[0].numpy()
    np.testing.assert_allclose(predicted, frequencies if task.classes else frequencies[1:])
    targets = torch.from_numpy(labels).unsqueeze(1)
    losses, slopes, _ = Criterion((task,))(prior.expand(len(labels), -1), targets, None)
    assert float(losses) == pytest.approx(task.prior_loss)
    np.testing.assert_allclose(slopes.sum(dim=0), 0.0, atol=1e-9)


def test_rows_count_with_the_weights_of_their_classes_in_balanced_tasks_alone() -> None:
    stage = replace(STAGE, class_weights=(1.0, 0.5, 4.0))
    balance = balance_of((COST, RARE, STAGE, stage))
    assert balance is not None
    targets = torch.tensor([[-7.5, 0.0, 2.0, 2.0], [0.0, 1.0, 1.0, 1.0]])
    shares = balance.shares(targets, torch.tensor([[1.0, 0.5, 1.0, 0.5], [1.0, 0.0, 1.0, 0.5]]))
    torch.testing.assert_close(shares, torch.tensor([[1.0, 1 / 3, 1.0, 2.0], [1.0, 0.0, 1.0, 0.25]]))
    assert balance.prior.tolist() == pytest.approx(
        [0.0, math.log(1 / 3), 0.0, 0.0, 0.0, math.log(1 / 3), math.log(2 / 3), math.log(1 / 12)]
    )


def test_a_run_without_balanced_tasks_has_no_balance() -> None:
    assert balance_of((COST, STAGE)) is None
    assert prior_outputs((COST, STAGE)) is None
