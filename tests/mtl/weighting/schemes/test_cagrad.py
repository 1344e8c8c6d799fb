import numpy as np
import pytest
from torchjd.aggregation import CAGradWeighting

from mtl.weighting.scheme import FloatArray
from mtl.weighting.schemes.cagrad import CaGrad
from tests.mtl.weighting.families import GENERIC, gradients
from tests.mtl.weighting.references import torchjd_weights, weigh_gradients


def _at_most_unit(J: FloatArray) -> FloatArray:
    return np.asarray(J / np.linalg.norm(J, axis=1).max())


def _dual(weights: FloatArray, J: FloatArray, c: float) -> tuple[float, float]:
    """The dual objective at the simplex weights of the correction, and the size of its terms."""
    correction = np.maximum(weights - 1.0 / len(J), 0.0)
    w = correction / correction.sum()
    mean = J.mean(axis=0)
    linear, length = float(w @ J @ mean), float(c * np.linalg.norm(mean) * np.linalg.norm(w @ J))
    return linear + length, abs(linear) + length


def assert_no_worse(ours: FloatArray, theirs: FloatArray, J: FloatArray, c: float) -> None:
    """Neither in the dual objective nor for the worst task; the gradients are at most of unit length."""
    assert _dual(ours, J, c)[0] <= _dual(theirs, J, c)[0] + 1e-12
    assert (J @ (ours @ J)).min() >= (J @ (theirs @ J)).min() - 1e-12


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20, 50])
@pytest.mark.parametrize("family", GENERIC)
@pytest.mark.parametrize("c", [0.1, 0.5, 0.9, 2.0])
@pytest.mark.parametrize("seed", range(2))
def test_primal_and_dual_value_meet(family: str, num_tasks: int, c: float, seed: int) -> None:
    """Any d in the ball has minᵢ⟨gᵢ, d⟩ ≤ the dual objective of any w: where the two meet, both are optimal."""
    J = _at_most_unit(gradients(family, num_tasks, seed))
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


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", ["random", "correlated", "conflicting", "rank deficient"])
@pytest.mark.parametrize("c", [0.1, 0.5, 0.9])
def test_the_objective_is_torchjds_and_the_direction_is_near_its(family: str, num_tasks: int, c: float) -> None:
    """TorchJD's interior-point solver stops at 1e-8 of the objective: its weights are known to the root of that."""
    J = _at_most_unit(gradients(family, num_tasks, seed=0))
    ours, theirs = weigh_gradients(CaGrad(c), J), torchjd_weights(CAGradWeighting(c, norm_eps=0.0), J)
    radius = c * np.linalg.norm(J.mean(axis=0))
    assert np.linalg.norm((ours - theirs) @ J) <= 1e-3 * radius
    (value, _), (their_value, their_size) = _dual(ours, J, c), _dual(theirs, J, c)
    assert value == pytest.approx(their_value, rel=0.0, abs=1e-6 * their_size)
    assert_no_worse(ours, theirs, J, c)


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("c", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("seed", range(2))
def test_no_worse_than_torchjd_where_norms_differ_by_1e16(num_tasks: int, c: float, seed: int) -> None:
    """The objective is there as small as the shortest gradient, which is nothing to TorchJD's solver."""
    J = _at_most_unit(gradients("scaled", num_tasks, seed))
    assert_no_worse(weigh_gradients(CaGrad(c), J), torchjd_weights(CAGradWeighting(c, norm_eps=0.0), J), J, c)


def test_the_worst_of_the_others_is_helped_where_torchjd_stops_for_a_task_without_a_gradient() -> None:
    J = gradients("one without gradient", 6, seed=0)
    others = J[J.any(axis=1)]
    np.testing.assert_array_equal(torchjd_weights(CAGradWeighting(c=0.9), J), np.zeros(6))
    assert (others @ (weigh_gradients(CaGrad(c=0.9), J) @ J)).min() > 0.0


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
def test_the_mean_gradient_at_a_stationary_point_where_torchjd_stops(J: FloatArray) -> None:
    np.testing.assert_array_equal(torchjd_weights(CAGradWeighting(c=0.5), J), np.zeros(len(J)))
    np.testing.assert_array_equal(weigh_gradients(CaGrad(), J), np.full(len(J), 1.0 / len(J)))


def test_a_task_without_a_gradient_changes_nothing_but_the_mean() -> None:
    J = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    weights = weigh_gradients(CaGrad(c=0.4), J)
    # g₀ = (⅓, ⅓), √φ = 0.4 √2/3, w* = (½, ½) with length 1/√2.
    np.testing.assert_allclose(weights, [1.0 / 3.0 + 0.4 / 3.0, 1.0 / 3.0, 1.0 / 3.0 + 0.4 / 3.0])
