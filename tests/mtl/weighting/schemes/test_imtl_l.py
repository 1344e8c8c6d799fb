import numpy as np
import pytest
import torch
from torchjd.scalarization import IMTLL

from mtl.weighting.scheme import Observation
from mtl.weighting.schemes.imtl_l import ImtlL
from tests.mtl.weighting.references import scalarization_gradient


def test_the_scales_follow_torch_adam_on_the_papers_objective() -> None:
    scheme, reference = ImtlL(learning_rate=0.05), IMTLL(3).double()
    optimizer = torch.optim.Adam(reference.parameters(), lr=0.05)
    state = scheme.init(3, seed=0)
    for step in range(20):
        losses = np.array([0.2, 1.0, 30.0]) / (1.0 + step)
        optimizer.zero_grad()
        expected = scalarization_gradient(reference, losses)
        optimizer.step()
        weights, state = scheme.weigh(Observation(losses, None, None, 0), state)
        np.testing.assert_allclose(weights, expected, rtol=1e-9)


def test_every_weighted_loss_settles_at_one() -> None:
    scheme, losses = ImtlL(learning_rate=0.05), np.array([0.5, 4.0])
    state = scheme.init(2, seed=0)
    for _ in range(1000):
        weights, state = scheme.weigh(Observation(losses, None, None, 0), state)
    np.testing.assert_allclose(weights * losses, 1.0, rtol=1e-3)


def test_a_loss_that_stays_at_zero_keeps_a_bounded_weight() -> None:
    scheme = ImtlL(learning_rate=5.0)
    state = scheme.init(1, seed=0)
    for _ in range(20):
        weights, state = scheme.weigh(Observation(np.zeros(1), None, None, 0), state)
    assert weights[0] == pytest.approx(np.exp(25.0))
