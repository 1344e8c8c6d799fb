import numpy as np
import pytest

from mtl.weighting.scheme import Observation
from mtl.weighting.schemes.fixed import Fixed


def test_the_given_weights_at_every_step() -> None:
    scheme = Fixed((2.0, 0.0, 0.5))
    state = scheme.init(3, seed=0)
    for losses in ([1.0, 1.0, 1.0], [9.0, 0.1, 2.0]):
        weights, state = scheme.weigh(Observation(np.array(losses), None, None, 0), state)
        np.testing.assert_array_equal(weights, [2.0, 0.0, 0.5])


def test_one_weight_per_task() -> None:
    with pytest.raises(ValueError, match="2 fixed weights for 3 tasks"):
        Fixed((1.0, 1.0)).init(3, seed=0)
