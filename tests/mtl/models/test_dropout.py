"""Dropout sets the share to 0 that it was told, each element for itself, and leaves the mean as it was."""

import pytest
import torch

from mtl.models.dropout import dropout, dropped_share

SHARES = [0.1, 0.25, 0.5, 0.75]


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize("share", SHARES)
def test_the_share_is_dropped_and_the_rest_scaled_to_the_same_mean(share: float) -> None:
    found = dropout(torch.ones(1000, 201), share, training=True)
    assert (found == 0).double().mean().item() == pytest.approx(dropped_share(share), abs=0.004)
    torch.testing.assert_close(found[found != 0].unique(), torch.tensor([1 / (1 - dropped_share(share))]))
    assert found.mean().item() == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("share", SHARES)
def test_every_element_is_dropped_independently_of_its_neighbours(share: float) -> None:
    dropped = (dropout(torch.ones(40_000, 16), share, training=True) == 0).double()
    together = torch.corrcoef(dropped.T) - torch.eye(16)
    assert together.abs().max() < 0.03
    assert (dropped.mean(dim=0) - dropped_share(share)).abs().max() < 0.015


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.999])
def test_the_share_is_what_was_asked_to_within_a_step(share: float) -> None:
    assert dropped_share(share) == pytest.approx(share, abs=1 / 512)
    assert torch.isfinite(dropout(torch.ones(50, 3), share, training=True)).all()


def test_nothing_is_dropped_in_evaluation_or_without_a_share() -> None:
    values = torch.randn(4, 5)
    assert dropout(values, 0.5, training=False) is values
    assert dropout(values, 0.0, training=True) is values


def test_a_seed_decides_what_is_dropped_and_no_row_is_none() -> None:
    values = torch.ones(7, 3)
    torch.manual_seed(3)
    first = dropout(values, 0.5, training=True)
    torch.manual_seed(3)
    assert torch.equal(first, dropout(values, 0.5, training=True))
    assert dropout(torch.ones(0, 3), 0.5, training=True).shape == (0, 3)


def test_the_gradient_passes_where_a_value_did() -> None:
    values = torch.randn(30, 9, dtype=torch.float64, requires_grad=True)
    kept = dropout(values, 0.25, training=True)
    kept.sum().backward()
    assert values.grad is not None
    torch.testing.assert_close(kept, values * values.grad)
    assert dropout(torch.ones(4, 4, dtype=torch.bfloat16), 0.5, training=True).dtype == torch.bfloat16
