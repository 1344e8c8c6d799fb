import numpy as np
import pytest
import torch
from torchjd.scalarization import UW

from mtl.weighting.scheme import Observation
from mtl.weighting.schemes.uncertainty import Uncertainty
from tests.mtl.weighting.references import scalarization_gradient


def test_the_log_variances_follow_torch_adam_on_the_papers_objective() -> None:
    scheme, reference = Uncertainty(learning_rate=0.05), UW(3).double()
    optimizer = torch.optim.Adam(reference.parameters(), lr=0.05)
    state = scheme.init(3, seed=0)
    for step in range(20):
        losses = np.array([0.2, 1.0, 30.0]) / (1.0 + step)
        optimizer.zero_grad()
        expected = scalarization_gradient(reference, losses)
        optimizer.step()
        weights, state = scheme.weigh(Observation(losses, None, None, 0), state)
        np.testing.assert_allclose(weights, expected, rtol=1e-9)


def test_constant_losses_settle_at_half_their_inverse() -> None:
    scheme, losses = Uncertainty(learning_rate=0.05), np.array([0.5, 4.0])
    state = scheme.init(2, seed=0)
    for _ in range(1000):
        weights, state = scheme.weigh(Observation(losses, None, None, 0), state)
    np.testing.assert_allclose(weights, 0.5 / losses, rtol=1e-3)


def test_a_loss_that_stays_at_zero_keeps_a_bounded_weight() -> None:
    scheme = Uncertainty(learning_rate=5.0)
    state = scheme.init(1, seed=0)
    for _ in range(20):
        weights, state = scheme.weigh(Observation(np.zeros(1), None, None, 0), state)
    assert weights[0] == pytest.approx(0.5 * np.exp(25.0))
