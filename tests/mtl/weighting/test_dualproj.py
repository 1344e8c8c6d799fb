import numpy as np
import pytest
from torchjd.aggregation import DualProjWeighting

from mtl.weighting.dualproj import DualProj
from tests.mtl.weighting.families import GENERIC, gradients
from tests.mtl.weighting.references import (
    NonnegativeLeastSquaresProjector,
    torchjd_weights,
    weigh_gradients,
)


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", GENERIC)
@pytest.mark.parametrize("seed", range(3))
def test_as_torchjd(family: str, num_tasks: int, seed: int) -> None:
    J = gradients(family, num_tasks, seed)
    theirs = torchjd_weights(DualProjWeighting(projector=NonnegativeLeastSquaresProjector(J)), J)
    np.testing.assert_allclose(weigh_gradients(DualProj(), J), theirs, rtol=1e-6)


def test_two_conflicting_gradients_by_hand() -> None:
    # G = [[1, −2], [−2, 9]]: the mean conflicts with the first task; v₁ = 2 v₂ = 1 makes (Gv)₁ = 0.
    weights = weigh_gradients(DualProj(), np.array([[1.0, 0.0], [-2.0, np.sqrt(5.0)]]))
    np.testing.assert_allclose(weights, [1.0, 0.5])


def test_the_mean_gradient_where_it_conflicts_with_no_task() -> None:
    # The gradients conflict, their mean does not.
    weights = weigh_gradients(DualProj(), np.array([[1.0, 0.0], [-0.5, 1.0]]))
    np.testing.assert_array_equal(weights, [0.5, 0.5])
