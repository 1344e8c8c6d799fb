import numpy as np
import pytest
from qpsolvers.exceptions import ProblemError
from torchjd.aggregation import DualProjWeighting

from mtl.weighting.schemes.dualproj import DualProj
from tests.mtl.weighting.families import GENERIC, gradients
from tests.mtl.weighting.references import (
    NonnegativeLeastSquaresProjector,
    most_conflicting,
    quadprog_projector,
    torchjd_weights,
    weigh_gradients,
)

DEPENDENT = ("rank deficient", "identical", "opposite")


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", ["random", "correlated", "conflicting"])
@pytest.mark.parametrize("seed", range(3))
def test_as_torchjd(family: str, num_tasks: int, seed: int) -> None:
    J = gradients(family, num_tasks, seed)
    theirs = torchjd_weights(DualProjWeighting(projector=quadprog_projector()), J)
    np.testing.assert_allclose(weigh_gradients(DualProj(), J), theirs, rtol=1e-6)


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("seed", range(3))
def test_as_torchjd_in_the_direction_where_norms_differ_by_1e16(num_tasks: int, seed: int) -> None:
    """Its weights of short gradients are rounding there: see the comparison by least squares."""
    J = gradients("scaled", num_tasks, seed)
    direction = weigh_gradients(DualProj(), J) @ J
    theirs = torchjd_weights(DualProjWeighting(projector=quadprog_projector()), J) @ J
    assert np.linalg.norm(direction - theirs) <= 1e-6 * np.linalg.norm(direction)


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", GENERIC)
@pytest.mark.parametrize("seed", range(3))
def test_as_torchjd_by_least_squares(family: str, num_tasks: int, seed: int) -> None:
    J = gradients(family, num_tasks, seed)
    theirs = torchjd_weights(DualProjWeighting(projector=NonnegativeLeastSquaresProjector(J)), J)
    np.testing.assert_allclose(weigh_gradients(DualProj(), J), theirs, rtol=1e-6)


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", DEPENDENT)
def test_as_torchjd_in_the_direction_where_weights_are_not_unique(family: str, num_tasks: int) -> None:
    J = gradients(family, num_tasks, seed=1)
    direction, longest = weigh_gradients(DualProj(), J) @ J, np.linalg.norm(J, axis=1).max()
    for projector in (NonnegativeLeastSquaresProjector(J), quadprog_projector(shift=1e-12)):
        theirs = torchjd_weights(DualProjWeighting(projector=projector), J) @ J
        np.testing.assert_allclose(direction, theirs, rtol=0.0, atol=1e-6 * longest)


def test_torchjds_solver_fails_on_dependent_gradients_and_conflicts_with_some_when_they_are_shifted() -> None:
    J = gradients("rank deficient", 20, seed=1)
    with pytest.raises(ProblemError):
        torchjd_weights(DualProjWeighting(projector=quadprog_projector()), J)
    assert most_conflicting(torchjd_weights(DualProjWeighting(), J), J) < -1e-4
    assert most_conflicting(weigh_gradients(DualProj(), J), J) > -1e-10


def test_two_conflicting_gradients_by_hand() -> None:
    # G = [[1, −2], [−2, 9]]: the mean conflicts with the first task; v₁ = 2 v₂ = 1 makes (Gv)₁ = 0.
    weights = weigh_gradients(DualProj(), np.array([[1.0, 0.0], [-2.0, np.sqrt(5.0)]]))
    np.testing.assert_allclose(weights, [1.0, 0.5])


def test_the_mean_gradient_where_it_conflicts_with_no_task() -> None:
    # The gradients conflict, their mean does not.
    weights = weigh_gradients(DualProj(), np.array([[1.0, 0.0], [-0.5, 1.0]]))
    np.testing.assert_array_equal(weights, [0.5, 0.5])
