"""What is so of every loss there is, and so of a new one by itself."""

from typing import NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor

from mtl.extensions import KINDS, LOSSES
from mtl.tasks.kind import kind_named
from mtl.tasks.loss import Loss, loss_named
from tests.mtl.evaluation.cases import classes_of, lightly

LOSS_AND_KIND = [(name, kind) for name, loss in LOSSES.items() for kind in loss.kinds]


class Rows(NamedTuple):
    """One task's outputs [B, width], targets [B, 1] and shares [B, 1], float64."""

    loss: Loss
    outputs: Tensor
    targets: Tensor
    share: Tensor


def drawn_targets(kind: str, rows: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Class indices, of which each occurs, or standardised numbers, some of them far out."""
    num_classes = kind_named(kind).num_classes(classes_of(kind))
    if num_classes:
        return np.concatenate([np.arange(num_classes), rng.integers(num_classes, size=rows)]).astype(np.float64)
    numbers = np.concatenate([[-1.0, 1.0], rng.standard_t(2, size=rows)])
    standardised: NDArray[np.float64] = (numbers - numbers.mean()) / numbers.std()
    return standardised


@st.composite
def cases(draw: st.DrawFn) -> Rows:
    name, kind = draw(st.sampled_from(LOSS_AND_KIND))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    targets = drawn_targets(kind, draw(st.integers(1, 5)), rng)
    shape = len(targets), kind_named(kind).width(classes_of(kind))
    outputs = draw(st.sampled_from([0.5, 3.0, 20.0])) * rng.normal(size=shape)
    share = rng.random((len(targets), 1)) * (rng.random((len(targets), 1)) < 0.7)
    return Rows(loss_named(name), *map(torch.from_numpy, (outputs, targets[:, None], share)))


@pytest.mark.parametrize("name", LOSSES.names)
def test_a_loss_is_for_kinds_that_there_are(name: str) -> None:
    loss = loss_named(name)
    assert loss.kinds
    assert set(loss.kinds) <= set(KINDS.names)
    assert loss.__doc__


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")  # PyTorch's own use
@lightly
@given(cases())
def test_the_slope_is_the_derivative_of_the_value(case: Rows) -> None:
    loss, outputs, targets, share = case
    value, slope = loss.value_and_slope(outputs, targets, share)
    assert (value.shape, slope.shape) == ((1,), outputs.shape)
    derivative = torch.func.jacfwd(lambda x: loss.value_and_slope(x, targets, share)[0].sum())(outputs)
    torch.testing.assert_close(slope, derivative, rtol=1e-9, atol=1e-12)


@lightly
@given(cases())
def test_no_argument_is_changed_and_one_share_for_all_rows_may_be_a_number(case: Rows) -> None:
    loss, outputs, targets, _ = case
    before = outputs.clone(), targets.clone()
    value, slope = loss.value_and_slope(outputs, targets, 0.25)
    assert torch.equal(outputs, before[0])
    assert torch.equal(targets, before[1])
    same = loss.value_and_slope(outputs, targets, torch.full_like(targets, 0.25))
    torch.testing.assert_close((value, slope), same)


@lightly
@given(cases())
def test_a_row_without_a_share_is_as_absent(case: Rows) -> None:
    loss, outputs, targets, share = case
    kept = share[:, 0] > 0
    value, slope = loss.value_and_slope(outputs, targets, share)
    expected, slope_of_kept = loss.value_and_slope(outputs[kept], targets[kept], share[kept])
    torch.testing.assert_close(value, expected)
    torch.testing.assert_close(slope[kept], slope_of_kept)
    assert not slope[~kept].any()


@pytest.mark.parametrize(("name", "kind"), LOSS_AND_KIND)
@pytest.mark.parametrize("size", [1e2, 1e4])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_however_far_off_an_output_is_value_and_slope_are_finite(
    name: str, kind: str, size: float, dtype: torch.dtype
) -> None:
    rng = np.random.default_rng(1)
    targets = torch.from_numpy(drawn_targets(kind, 20, rng)).to(dtype).unsqueeze(1)
    shape = len(targets), kind_named(kind).width(classes_of(kind))
    outputs = torch.from_numpy(size * rng.choice([-1.0, 1.0], size=shape)).to(dtype)
    value, slope = loss_named(name).value_and_slope(outputs, targets, 1.0 / len(targets))
    assert value.dtype == slope.dtype == dtype
    assert torch.isfinite(value).all()
    assert torch.isfinite(slope).all()


@pytest.mark.parametrize(("name", "kind"), LOSS_AND_KIND)
@pytest.mark.parametrize("rows", [0, 7, 500])
def test_the_prior_loss_is_the_least_that_a_constant_output_reaches(name: str, kind: str, rows: int) -> None:
    loss, targets = loss_named(name), drawn_targets(kind, rows, np.random.default_rng(rows))
    column = torch.from_numpy(targets).unsqueeze(1)

    def mean_loss(constant: NDArray[np.float64]) -> float:
        outputs = torch.from_numpy(constant).expand(len(targets), -1)
        return float(loss.value_and_slope(outputs, column, 1.0 / len(targets))[0])

    width = kind_named(kind).width(classes_of(kind))
    found = minimize(mean_loss, np.zeros(width), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13})
    assert loss.prior_loss(targets) == pytest.approx(found.fun, rel=1e-8)
    assert loss.prior_loss(targets) > 0
