"""Losses, their slopes and links against PyTorch's own functions and numbers worked by hand."""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from mtl.tasks.balance import prior_outputs
from mtl.tasks.criterion import Criterion, column_blocks
from mtl.tasks.task import Task
from tests.mtl.evaluation.cases import lightly

NAN = float("nan")
ILL = Task("ill", "binary", "bce", "roc_auc", False, 0.0, 1.0, (), 0.7)
STAGE = Task("stage", "multiclass", "cross_entropy", "accuracy", False, 0.0, 1.0, ("a", "b", "c"), 1.1)
SIDE = replace(STAGE, name="side", classes=("left", "right"))
COST = Task("cost", "regression", "mse", "r2", False, 100.0, 20.0, (), 1.0)
RARE = replace(ILL, name="rare", class_weights=(0.51, 25.0))
UNEVEN = replace(STAGE, name="uneven", class_weights=(2 / 3, 0.5, 4.0))
SHARE = Task("share", "regression", "huber", "r2", False, 100.0, 20.0, (), 0.4)


class Problem(NamedTuple):
    """Tasks in some order, with outputs [B, C], targets [B, K] and observed [B, K] in float64."""

    tasks: tuple[Task, ...]
    outputs: Tensor
    targets: Tensor
    observed: Tensor


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Any kinds in any order, alike ones beside each other or not; few rows, of which few or all are observed."""
    tasks = tuple(
        draw(st.lists(st.sampled_from([ILL, STAGE, SIDE, COST, SHARE, RARE, UNEVEN]), min_size=1, max_size=7))
    )
    rows, rate = draw(st.integers(1, 6)), draw(st.sampled_from([0.0, 0.4, 1.0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.sampled_from([0.5, 3.0, 30.0]))
    outputs = torch.from_numpy(rng.normal(0, size, (rows, sum(task.width for task in tasks))))
    columns = [rng.integers(max(len(task.classes), 2), size=rows) for task in tasks]
    drawn = torch.from_numpy(np.column_stack(columns)).double()
    return Problem(tasks, outputs, drawn, torch.from_numpy(rng.random((rows, len(tasks))) < rate).double())


def reference(task: Task, outputs: Tensor, target: Tensor) -> Tensor:
    """The mean loss of rows that are all observed, by PyTorch; 0 of none.

    Of a balanced task, the mean of weight × loss, where the loss is of the outputs less those of the class frequencies.
    """
    if not len(outputs):
        return outputs.sum()
    prior = prior_outputs((task,))
    if prior is not None:
        weights = torch.tensor(task.class_weights, dtype=torch.float64)[target.long()]
        of_rows = zip(outputs - prior, target, strict=True)
        alone = replace(task, class_weights=())
        return (weights * torch.stack([reference(alone, row[None], label[None]) for row, label in of_rows])).mean()
    match task.loss:
        case "bce":
            return functional.binary_cross_entropy_with_logits(outputs[:, 0], target)
        case "cross_entropy":
            return functional.cross_entropy(outputs, target.long())
        case "huber":
            return functional.huber_loss(outputs[:, 0], target)
        case _:
            return functional.mse_loss(outputs[:, 0], target)


def column(*values: float) -> Tensor:
    return torch.tensor(values).unsqueeze(1)


def of_one(task: Task, outputs: Tensor, *labels: float) -> tuple[float, list[float]]:
    """One task's loss and slopes where every row is observed."""
    loss, slopes, _ = Criterion((task,))(outputs, column(*labels), torch.ones(len(labels), 1))
    assert loss.shape == (1,)
    return float(loss), slopes.flatten().tolist()


@lightly
@given(problems())
def test_losses_and_slopes_are_pytorch_s_whatever_the_tasks_and_their_order(problem: Problem) -> None:
    tasks, outputs, target, observed = problem
    losses, slopes, _ = Criterion(tasks)(outputs, target, observed)
    graph = outputs.clone().requires_grad_()
    seen = observed.bool()
    expected = torch.stack(
        [
            reference(task, graph[seen[:, k], block], target[seen[:, k], k])
            for k, (task, block) in enumerate(zip(tasks, column_blocks(tasks), strict=True))
        ]
    )
    torch.testing.assert_close(losses, expected.detach(), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(slopes, torch.autograd.grad(expected.sum(), graph)[0], rtol=1e-6, atol=1e-6)


@lightly
@given(problems(), st.integers(0, 2**32 - 1))
def test_what_stands_where_no_label_is_observed_never_counts(problem: Problem, seed: int) -> None:
    tasks, outputs, target, observed = problem
    junk = torch.from_numpy(np.random.default_rng(seed).integers(0, 2, tuple(target.shape))).double()
    regression = torch.tensor([task.kind == "regression" for task in tasks])
    other = torch.where(observed.bool(), target, torch.where(regression, 1e6 * junk, junk))
    found, again = (Criterion(tasks)(outputs, labels, observed) for labels in (target, other))
    assert torch.equal(found.losses, again.losses)
    assert torch.equal(found.slopes, again.slopes)
    blocks = column_blocks(tasks)
    _, slopes, _ = Criterion(tasks)(outputs, target, observed)
    assert not any(slopes[observed[:, k] == 0, block].any() for k, block in enumerate(blocks))


@lightly
@given(problems())
def test_without_a_mask_every_label_counts(problem: Problem) -> None:
    tasks, outputs, target, observed = problem
    losses, slopes, counts = Criterion(tasks)(outputs, target, None)
    expected_losses, expected_slopes, _ = Criterion(tasks)(outputs, target, torch.ones_like(observed))
    torch.testing.assert_close(losses, expected_losses)
    torch.testing.assert_close(slopes, expected_slopes)
    assert counts is None


def test_a_balanced_task_leaves_the_others_as_they_are_to_the_bit() -> None:
    draw = torch.Generator().manual_seed(0)
    outputs, target = torch.randn(6, 6, generator=draw), torch.randint(0, 2, (6, 4), generator=draw).float()
    seen = torch.rand(6, 4, generator=draw) < 0.6
    for observed in (None, seen.float()):
        plain = Criterion((COST, ILL, STAGE, SHARE))(outputs, target, observed)
        mixed = Criterion((COST, RARE, STAGE, SHARE))(outputs, target, observed)
        assert torch.equal(plain.losses[[0, 2, 3]], mixed.losses[[0, 2, 3]])
        assert torch.equal(plain.slopes[:, [0, 2, 3, 4, 5]], mixed.slopes[:, [0, 2, 3, 4, 5]])
        assert not torch.isclose(plain.losses[1], mixed.losses[1])
        assert str(plain.counts) == str(mixed.counts)


@pytest.mark.parametrize("absent", range(5))
def test_a_task_that_no_row_observes_has_loss_0_and_slope_0_and_leaves_the_others_alone(absent: int) -> None:
    tasks = (COST, SHARE, STAGE, ILL, SIDE)
    draw = torch.Generator().manual_seed(0)
    outputs, target = torch.randn(6, 8, generator=draw), torch.randint(0, 2, (6, 5), generator=draw).float()
    observed = torch.ones(6, 5)
    whole_losses, whole_slopes, _ = Criterion(tasks)(outputs, target, observed)
    observed[:, absent] = 0.0
    losses, slopes, _ = Criterion(tasks)(outputs, target, observed)
    assert losses[absent] == 0.0
    block = column_blocks(tasks)[absent]
    assert not slopes[:, block].any()
    losses[absent], slopes[:, block] = whole_losses[absent], whole_slopes[:, block]
    assert torch.equal(losses, whole_losses)
    assert torch.equal(slopes, whole_slopes)


def test_a_batch_without_rows_has_losses_0() -> None:
    losses, slopes, _ = Criterion((COST, STAGE, ILL))(torch.zeros(0, 5), torch.zeros(0, 3), torch.zeros(0, 3))
    assert losses.tolist() == [0.0, 0.0, 0.0]
    assert slopes.shape == (0, 5)


def test_binary_cross_entropy() -> None:
    # σ(0) = 1/2, σ(ln 3) = 3/4.
    outputs = column(0.0, math.log(3), math.log(3))
    loss, slopes = of_one(ILL, outputs, 1.0, 1.0, 0.0)
    assert loss == pytest.approx((math.log(2) + math.log(4 / 3) + math.log(4)) / 3)
    assert slopes == pytest.approx([-1 / 2 / 3, -1 / 4 / 3, 3 / 4 / 3])


def test_cross_entropy() -> None:
    # softmax(0, ln 2, ln 5) = (1/8, 2/8, 5/8).
    outputs = torch.tensor([[0.0, math.log(2), math.log(5)]])
    for label, expected in enumerate((math.log(8), math.log(4), math.log(8 / 5))):
        loss, slopes = of_one(STAGE, outputs, float(label))
        assert loss == pytest.approx(expected)
        assert slopes == pytest.approx([p - (c == label) for c, p in enumerate((1 / 8, 2 / 8, 5 / 8))])


def test_squared_and_huber_error() -> None:
    assert of_one(COST, column(0.5, -3.0), 0.0, 1.0) == ((0.25 + 16.0) / 2, [0.5, -4.0])
    # 0.5²/2 within 1; 4 − 1/2 beyond.
    assert of_one(SHARE, column(0.5, -3.0), 0.0, 1.0) == ((0.125 + 3.5) / 2, [0.25, -0.5])


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_however_sure_a_network_is_its_loss_is_finite(sign: float, dtype: torch.dtype) -> None:
    outputs = sign * torch.tensor([[1e4, 1e4, -1e4, 0.0]], dtype=dtype)
    for binary, stage in ((0, 0), (1, 0), (0, 1), (1, 2)):
        target = torch.tensor([[binary, stage]], dtype=dtype)
        losses, slopes, _ = Criterion((ILL, STAGE))(outputs, target, torch.ones(1, 2, dtype=dtype))
        assert torch.isfinite(losses).all()
        assert torch.isfinite(slopes).all()
        assert losses[0] == (1e4 if (binary == 1) != (sign > 0) else 0.0)


@pytest.mark.parametrize(("output", "label"), [(18.0, 1.0), (-18.0, 0.0)])
def test_a_sure_right_answer_has_a_small_loss_and_not_none(output: float, label: float) -> None:
    loss, _ = of_one(ILL, column(output), label)
    assert loss == pytest.approx(math.exp(-18), rel=1e-5)


def test_a_row_counts_as_often_as_its_weight_says() -> None:
    tasks = (COST, ILL, STAGE)
    outputs, target = (
        torch.randn(4, 5),
        torch.tensor([[0.5, 1.0, 2.0], [1.5, 0.0, 1.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    )
    observed = torch.tensor([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    weights, repeated = torch.tensor([[2.0], [0.0], [1.0], [1.0]]), [0, 0, 2, 3]
    for mask in (observed, None):
        losses, slopes, counts = Criterion(tasks)(outputs, target, mask, weights)
        again = None if mask is None else mask[repeated]
        expected = Criterion(tasks)(outputs[repeated], target[repeated], again)
        whole = torch.ones(3) if mask is None else mask[repeated].sum(dim=0) / mask.sum(dim=0)
        torch.testing.assert_close(losses, expected.losses * whole)
        assert slopes[1].abs().sum() == 0.0
        assert (counts is None) == (mask is None)


def test_weights_of_one_change_nothing_of_balanced_tasks_either() -> None:
    tasks = (COST, RARE, STAGE, SHARE)
    width = sum(task.width for task in tasks)
    outputs, target = (
        torch.randn(3, width),
        torch.tensor([[0.5, 1.0, 2.0, 0.1], [1.5, 0.0, 1.0, 0.2], [0.0, 0.0, 0.0, 0.3]]),
    )
    for mask in (torch.ones(3, 4), None):
        plain, weighed = (Criterion(tasks)(outputs, target, mask, weights) for weights in (None, torch.ones(3, 1)))
        torch.testing.assert_close(plain.losses, weighed.losses)
        torch.testing.assert_close(plain.slopes, weighed.slopes)
