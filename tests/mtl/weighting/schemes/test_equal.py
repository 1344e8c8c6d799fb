import numpy as np

from mtl.weighting.scheme import Observation
from mtl.weighting.schemes.equal import Equal


def test_every_task_counts_the_same() -> None:
    weights, _ = Equal().weigh(Observation(np.array([3.0, 0.1]), None, None, 0), {})
    np.testing.assert_array_equal(weights, [1.0, 1.0])
