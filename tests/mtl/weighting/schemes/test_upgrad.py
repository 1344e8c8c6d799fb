import numpy as np
import pytest
from qpsolvers.exceptions import ProblemError
from torchjd.aggregation import UPGradWeighting

from mtl.weighting.schemes.upgrad import UpGrad
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
@pytest.mark.parametrize("family", GENERIC)
@pytest.mark.parametrize("seed", range(3))
def test_as_torchjd(family: str, num_tasks: int, seed: int) -> None:
    J = gradients(family, num_tasks, seed)
    theirs = torchjd_weights(UPGradWeighting(projector=quadprog_projector()), J)
    np.testing.assert_allclose(weigh_gradients(UpGrad(), J), theirs, rtol=1e-6)


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", GENERIC)
@pytest.mark.parametrize("seed", range(3))
def test_as_torchjd_by_least_squares(family: str, num_tasks: int, seed: int) -> None:
    J = gradients(family, num_tasks, seed)
    theirs = torchjd_weights(UPGradWeighting(projector=NonnegativeLeastSquaresProjector(J)), J)
    np.testing.assert_allclose(weigh_gradients(UpGrad(), J), theirs, rtol=1e-6)


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", DEPENDENT)
def test_as_torchjd_in_the_direction_where_weights_are_not_unique(family: str, num_tasks: int) -> None:
    J = gradients(family, num_tasks, seed=1)
    direction, longest = weigh_gradients(UpGrad(), J) @ J, np.linalg.norm(J, axis=1).max()
    for projector in (NonnegativeLeastSquaresProjector(J), quadprog_projector(shift=1e-12)):
        theirs = torchjd_weights(UPGradWeighting(projector=projector), J) @ J
        np.testing.assert_allclose(direction, theirs, rtol=0.0, atol=1e-6 * longest)


def test_torchjds_solver_fails_on_dependent_gradients_and_conflicts_with_some_when_they_are_shifted() -> None:
    J = gradients("rank deficient", 20, seed=1)
    with pytest.raises(ProblemError):
        torchjd_weights(UPGradWeighting(projector=quadprog_projector()), J)
    assert most_conflicting(torchjd_weights(UPGradWeighting(), J), J) < -1e-4
    assert most_conflicting(weigh_gradients(UpGrad(), J), J) > -1e-10


def test_two_conflicting_gradients_by_hand() -> None:
    # G = [[1, −1], [−1, 4]]: v ≥ (½, 0) gives v₂ = ⅛, v ≥ (0, ½) gives v₁ = ½.
    weights = weigh_gradients(UpGrad(), np.array([[1.0, 0.0], [-1.0, np.sqrt(3.0)]]))
    np.testing.assert_allclose(weights, [0.5 + 0.5, 0.5 + 0.125])


def test_the_mean_gradient_without_conflict() -> None:
    J = np.abs(gradients("random", 4, seed=0))
    np.testing.assert_array_equal(weigh_gradients(UpGrad(), J), np.full(4, 0.25))
