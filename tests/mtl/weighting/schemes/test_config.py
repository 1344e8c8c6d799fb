import numpy as np
import pytest
import torch
from torchjd.aggregation import ConFIG

from mtl.weighting.schemes.config import Config
from tests.mtl.weighting.families import GENERIC, gradients
from tests.mtl.weighting.references import weigh_gradients


@pytest.mark.parametrize("num_tasks", [1, 2, 3, 6, 20])
@pytest.mark.parametrize("family", [*GENERIC, "rank deficient", "one without gradient"])
def test_the_direction_is_torchjds(family: str, num_tasks: int) -> None:
    J = gradients(family, num_tasks, seed=2)
    theirs = ConFIG()(torch.from_numpy(J)).numpy()
    longest = float(np.linalg.norm(J, axis=1).max())
    np.testing.assert_allclose(weigh_gradients(Config(), J) @ J, theirs, rtol=0.0, atol=1e-6 * longest)


def test_two_gradients_by_hand() -> None:
    # Unit gradients (1, 0) and (0, 1), bisected; the projections of (3, 0) and (0, 1) on it add up to 4/√2.
    weights = weigh_gradients(Config(), np.diag([3.0, 1.0]))
    np.testing.assert_allclose(weights @ np.diag([3.0, 1.0]), [2.0, 2.0])


def test_no_direction_between_opposite_gradients() -> None:
    np.testing.assert_array_equal(weigh_gradients(Config(), np.array([[1.0, 0.0], [-2.0, 0.0]])), [0.0, 0.0])
