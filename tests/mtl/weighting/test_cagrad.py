import numpy as np
import pytest

from mtl.weighting.base import FloatArray
from mtl.weighting.cagrad import CaGrad
from tests.mtl.weighting.families import GENERIC, gradients
from tests.mtl.weighting.references import weigh_gradients


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20, 50])
@pytest.mark.parametrize("family", GENERIC)
@pytest.mark.parametrize("c", [0.1, 0.5, 0.9, 2.0])
@pytest.mark.parametrize("seed", range(2))
def test_primal_and_dual_value_meet(family: str, num_tasks: int, c: float, seed: int) -> None:
    """Any d in the ball has minᵢ⟨gᵢ, d⟩ ≤ the dual objective of any w: where the two meet, both are optimal.

    TorchJD solves the same dual by cvxpy to about 1e-6 of its objective.
    """
    J = gradients(family, num_tasks, seed)
    J = J / np.linalg.norm(J, axis=1).max()
    weights = weigh_gradients(CaGrad(c), J)
    mean = J.mean(axis=0)
    radius = c * np.linalg.norm(mean)
    correction = weights - 1.0 / num_tasks
    assert (correction >= 0.0).all()

    d = weights @ J
    assert np.linalg.norm(d - mean) <= (1.0 + 1e-9) * radius
    w = correction / correction.sum()
    dual = w @ J @ mean + radius * np.linalg.norm(w @ J)
    assert (J @ d >= dual - 1e-10 * np.linalg.norm(J, axis=1) * radius).all()


def test_two_orthogonal_unit_gradients_by_hand() -> None:
    # g₀ = (½, ½), φ = c²/2, w* = (½, ½) with length 1/√2: w = ½ + c/√2 · ½ · √2 = ½ + c/2.
    np.testing.assert_allclose(weigh_gradients(CaGrad(c=0.4), np.eye(2)), [0.7, 0.7])


def test_radius_zero_is_the_mean_gradient() -> None:
    np.testing.assert_array_equal(weigh_gradients(CaGrad(c=0.0), gradients("random", 4, seed=0)), np.full(4, 0.25))


def test_two_opposite_gradients_by_hand() -> None:
    # g₀ = ½, √φ = ¼: minimising (w₁ − w₂/2) + ¼|2w₁ − w₂| takes w* = (0, 1), of length 1.
    np.testing.assert_allclose(weigh_gradients(CaGrad(c=0.5), np.array([[2.0, 0.0], [-1.0, 0.0]])), [0.5, 0.75])


@pytest.mark.parametrize(
    "J",
    [
        np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]]),  # the first two cancel, the mean does not
        np.array([[1.0], [-1.0]]),
        np.zeros((2, 3)),
    ],
)
def test_the_mean_gradient_at_a_stationary_point(J: FloatArray) -> None:
    np.testing.assert_array_equal(weigh_gradients(CaGrad(), J), np.full(len(J), 1.0 / len(J)))


def test_a_task_without_a_gradient_changes_nothing_but_the_mean() -> None:
    J = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    weights = weigh_gradients(CaGrad(c=0.4), J)
    # g₀ = (⅓, ⅓), √φ = 0.4 √2/3, w* = (½, ½) with length 1/√2.
    np.testing.assert_allclose(weights, [1.0 / 3.0 + 0.4 / 3.0, 1.0 / 3.0, 1.0 / 3.0 + 0.4 / 3.0])
