import numpy as np
import pytest

from mtl.errors import SpecError
from mtl.weighting.scheme import Observation
from mtl.weighting.schemes.scale_invariant import ScaleInvariant


def test_the_unit_of_a_loss_does_not_matter() -> None:
    losses, unit = np.array([0.5, 3.0]), np.array([1000.0, 1.0])
    weights = ScaleInvariant().weights(Observation(losses, None, None, 0))
    in_other_units = ScaleInvariant().weights(Observation(losses * unit, None, None, 0))
    np.testing.assert_allclose(weights, [2.0, 1.0 / 3.0])
    np.testing.assert_allclose(in_other_units * unit, weights)


def test_a_negative_loss_is_refused() -> None:
    with pytest.raises(SpecError, match=r"never negative, got \[0\.5, -3\.0\]"):
        ScaleInvariant().weights(Observation(np.array([0.5, -3.0]), None, None, 0))
