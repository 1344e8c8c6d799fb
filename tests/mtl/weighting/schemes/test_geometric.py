import numpy as np
from torchjd.scalarization import GeometricMean

from mtl.weighting.scheme import Observation
from mtl.weighting.schemes.geometric import Geometric
from tests.mtl.weighting.references import scalarization_gradient


def test_as_torchjd() -> None:
    losses = np.array([0.3, 2.0, 11.0])
    weights = Geometric().weights(Observation(losses, None, None, 0))
    np.testing.assert_allclose(weights, scalarization_gradient(GeometricMean(), losses), rtol=1e-12)


def test_by_hand() -> None:
    # √(1 · 4) = 2, over K L = 2 and 8.
    weights = Geometric().weights(Observation(np.array([1.0, 4.0]), None, None, 0))
    np.testing.assert_allclose(weights, [1.0, 0.25])


def test_a_loss_of_zero_gives_finite_weights() -> None:
    weights = Geometric().weights(Observation(np.array([0.0, 4.0]), None, None, 0))
    assert np.isfinite(weights).all()
