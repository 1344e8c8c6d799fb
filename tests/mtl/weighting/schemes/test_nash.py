import numpy as np
import pytest

from mtl.weighting.scheme import FloatArray
from mtl.weighting.schemes.nash import Nash
from tests.mtl.weighting.families import GENERIC, gradients
from tests.mtl.weighting.references import torchjd_nash, weigh_gradients

# TorchJD's program is outside the class that cvxpy prepares once for all parameters.
pytestmark = pytest.mark.filterwarnings("ignore:You are solving a parameterized problem that is not DPP:UserWarning")


def _violation(w: FloatArray, J: FloatArray) -> float:
    """How far w · Gw is from 1."""
    return float(np.abs(w * (J @ (w @ J)) - 1.0).max())


@pytest.mark.parametrize("num_tasks", [1, 2, 6, 20, 50])
@pytest.mark.parametrize("family", GENERIC)
@pytest.mark.parametrize("seed", range(3))
def test_the_bargaining_equation(family: str, num_tasks: int, seed: int) -> None:
    J = gradients(family, num_tasks, seed)
    w = weigh_gradients(Nash(), J)
    assert (w > 0.0).all()
    np.testing.assert_allclose(w * (J @ (w @ J)), 1.0, rtol=1e-9)


@pytest.mark.parametrize(
    ("family", "num_tasks", "seed"),
    [
        *((family, num_tasks, 0) for family in ("random", "correlated", "conflicting") for num_tasks in (2, 3, 6, 20)),
        # With fewer dimensions than tasks, there is a solution unless some convex combination vanishes.
        ("rank deficient", 2, 0),
        ("rank deficient", 3, 1),
        ("rank deficient", 3, 2),
        ("rank deficient", 6, 2),
        ("rank deficient", 20, 0),
    ],
)
def test_as_torchjd(family: str, num_tasks: int, seed: int) -> None:
    J = gradients(family, num_tasks, seed)
    np.testing.assert_allclose(weigh_gradients(Nash(), J), torchjd_nash(J), rtol=1e-6)


@pytest.mark.parametrize(("num_tasks", "seed"), [(2, 0), (3, 0), (6, 0), (20, 1)])
def test_as_torchjd_on_the_unit_gradients_where_norms_differ_by_1e16(num_tasks: int, seed: int) -> None:
    """Dividing the gradients by their norms multiplies the solution by them."""
    J = gradients("scaled", num_tasks, seed)
    norms = np.linalg.norm(J, axis=1)
    np.testing.assert_allclose(weigh_gradients(Nash(), J), torchjd_nash(J / norms[:, None]) / norms, rtol=1e-6)


def test_as_torchjd_without_the_task_that_has_no_gradient() -> None:
    """With that task TorchJD divides by zero."""
    J = gradients("one without gradient", 6, seed=0)
    active = J.any(axis=1)
    np.testing.assert_allclose(weigh_gradients(Nash(), J)[active], torchjd_nash(J[active]), rtol=1e-6)


@pytest.mark.parametrize(
    ("family", "num_tasks", "seed"),
    [
        ("scaled", 2, 0),
        ("scaled", 6, 0),
        ("scaled", 20, 0),
        ("conflicting", 2, 1),
        ("identical", 3, 0),
    ],
)
@pytest.mark.filterwarnings("ignore:Solution may be inaccurate:UserWarning")
def test_the_bargaining_equation_where_torchjd_misses_it(family: str, num_tasks: int, seed: int) -> None:
    """Its convex solver gives up there, or it stops at its first guess, which solves the equation of G/‖G‖."""
    J = gradients(family, num_tasks, seed)
    assert _violation(torchjd_nash(J), J) > 0.1
    assert _violation(weigh_gradients(Nash(), J), J) < 1e-6


def test_dependent_gradients_without_a_stationary_point() -> None:
    J = gradients("identical", 5, seed=0)
    w = weigh_gradients(Nash(), J)
    np.testing.assert_allclose(w * (J @ (w @ J)), 1.0, rtol=1e-6)


def test_orthogonal_gradients_by_hand() -> None:
    np.testing.assert_allclose(weigh_gradients(Nash(), np.diag([2.0, 0.5])), [0.5, 2.0])


def test_rescaling_a_task_does_not_change_the_direction() -> None:
    J, scale = gradients("conflicting", 4, seed=0), np.array([1e-6, 1.0, 30.0, 1e6])
    np.testing.assert_allclose(
        weigh_gradients(Nash(), J * scale[:, None]) * scale, weigh_gradients(Nash(), J), rtol=1e-9
    )


def test_opposite_gradients_leave_the_parameters_where_they_are() -> None:
    J = np.array([[3.0, 0.0], [-1.0, 0.0]])
    assert np.linalg.norm(weigh_gradients(Nash(), J) @ J) < 1e-3


def test_a_task_without_a_gradient_has_no_say() -> None:
    np.testing.assert_allclose(weigh_gradients(Nash(), np.diag([0.5, 0.0])), [2.0, 0.0])
