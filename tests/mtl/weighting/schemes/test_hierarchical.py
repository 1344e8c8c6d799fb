import numpy as np
import pytest

from mtl.weighting.scheme import Observation
from mtl.weighting.schemes.hierarchical import Hierarchical


def test_the_recursive_loss_of_a_task_tree() -> None:
    # a → b → c and a → d: L(a) = ℓa + γ(L(b) + ℓd), L(b) = ℓb + γℓc.
    losses, gamma = np.array([5.0, 3.0, 2.0, 7.0]), 0.4
    scheme = Hierarchical(depths=(0, 1, 2, 1), gamma=gamma)
    weights, _ = scheme.weigh(Observation(losses, None, None, 0), scheme.init(4, seed=0))
    assert weights @ losses == pytest.approx(5.0 + gamma * ((3.0 + gamma * 2.0) + 7.0))


def test_one_depth_per_task() -> None:
    with pytest.raises(ValueError, match="1 depths for 2 tasks"):
        Hierarchical(depths=(0,)).init(2, seed=0)
