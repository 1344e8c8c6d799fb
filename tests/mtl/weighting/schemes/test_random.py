import numpy as np

from mtl.weighting.scheme import Observation
from mtl.weighting.schemes.random import Random
from tests.mtl.weighting.families import run

STEPS = [Observation(np.ones(3), None, None, 0)] * 2000


def test_new_weights_at_each_step_that_sum_to_one_and_favour_no_task() -> None:
    weights, _ = run(Random(), STEPS, Random().init(3, seed=1))
    assert len(np.unique(weights)) == 3 * len(STEPS)
    np.testing.assert_allclose(np.sum(weights, axis=1), 1.0)
    np.testing.assert_allclose(np.mean(weights, axis=0), 1.0 / 3.0, atol=0.02)


def test_the_logits_are_standard_normal() -> None:
    weights, _ = run(Random(), STEPS, Random().init(3, seed=1))
    # A difference of two independent standard normals has variance 2.
    differences = np.log(weights)[:, 0] - np.log(weights)[:, 1]
    assert abs(differences.mean()) < 0.1
    assert abs(differences.var() - 2.0) < 0.2


def test_another_seed_gives_other_weights() -> None:
    first, _ = run(Random(), STEPS[:3], Random().init(3, seed=1))
    second, _ = run(Random(), STEPS[:3], Random().init(3, seed=2))
    assert not np.isclose(first, second).any()
