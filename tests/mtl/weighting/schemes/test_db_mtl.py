import numpy as np

from mtl.weighting.schemes.db_mtl import DbMtl
from tests.mtl.weighting.families import gradients
from tests.mtl.weighting.references import weigh_gradients


def test_the_weighted_gradients_are_all_as_long_as_the_longest_of_the_log_losses() -> None:
    J, losses = gradients("random", 4, seed=0), np.array([0.1, 1.0, 2.0, 30.0])
    weights = weigh_gradients(DbMtl(), J, losses)
    norms = np.linalg.norm(J, axis=1)
    np.testing.assert_allclose(weights * norms, (norms / losses).max())


def test_by_hand() -> None:
    # n′ = (4, 1): w = (4/4)/½ and (4/1)/3.
    weights = weigh_gradients(DbMtl(), np.diag([2.0, 3.0]), np.array([0.5, 3.0]))
    np.testing.assert_allclose(weights, [2.0, 4.0 / 3.0])
