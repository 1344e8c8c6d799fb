import numpy as np
import pytest

from mtl.weighting.nash import Nash
from tests.mtl.weighting.families import GENERIC, gradients
from tests.mtl.weighting.references import weigh_gradients


@pytest.mark.parametrize("num_tasks", [1, 2, 6, 20, 50])
@pytest.mark.parametrize("family", GENERIC)
@pytest.mark.parametrize("seed", range(3))
def test_the_bargaining_equation(family: str, num_tasks: int, seed: int) -> None:
    """Gw = 1/w is the definition: TorchJD's sequence of convex programs stops near 1e-3 of it."""
    J = gradients(family, num_tasks, seed)
    w = weigh_gradients(Nash(), J)
    assert (w > 0.0).all()
    np.testing.assert_allclose(w * (J @ (w @ J)), 1.0, rtol=1e-9)


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
