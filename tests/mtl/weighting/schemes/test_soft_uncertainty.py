import numpy as np

from mtl.weighting.scheme import Observation
from mtl.weighting.schemes.soft_uncertainty import SoftUncertainty


def test_softmax_of_the_inverse_losses() -> None:
    weights = SoftUncertainty(temperature=2.0).weights(Observation(np.array([0.5, 1.0]), None, None, 0))
    # 1/L/T = 1 and ½: the odds are e^½.
    np.testing.assert_allclose(weights, np.array([np.exp(0.5), 1.0]) / (1.0 + np.exp(0.5)))


def test_a_high_temperature_evens_out() -> None:
    weights = SoftUncertainty(temperature=1e9).weights(Observation(np.array([0.01, 5.0]), None, None, 0))
    np.testing.assert_allclose(weights, [0.5, 0.5], rtol=1e-6)
