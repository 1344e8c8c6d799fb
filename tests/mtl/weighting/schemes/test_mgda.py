import numpy as np
import pytest
from torchjd.aggregation import MGDAWeighting

from mtl.weighting.scheme import Observation
from mtl.weighting.schemes.mgda import Mgda
from tests.mtl.weighting.families import DEGENERATE, GENERIC, gradients
from tests.mtl.weighting.references import shortest_by_quadprog, torchjd_weights, weigh_gradients


@pytest.mark.parametrize("cosine", [-0.9, -0.2, 0.3, 0.95])
@pytest.mark.parametrize("second_norm", [1.0, 1.7, 1e-8, 1e8])
def test_the_closed_form_for_two_tasks(cosine: float, second_norm: float) -> None:
    J = np.array([[1.0, 0.0], [second_norm * cosine, second_norm * np.sqrt(1.0 - cosine**2)]])
    G = J @ J.T
    first = np.clip((G[1, 1] - G[0, 1]) / (G[0, 0] + G[1, 1] - 2.0 * G[0, 1]), 0.0, 1.0)
    np.testing.assert_allclose(weigh_gradients(Mgda(), J), [first, 1.0 - first], rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("num_tasks", [2, 6, 20])
@pytest.mark.parametrize("family", GENERIC + DEGENERATE)
@pytest.mark.parametrize("seed", range(3))
def test_no_convex_combination_is_shorter(family: str, num_tasks: int, seed: int) -> None:
    J = gradients(family, num_tasks, seed)
    w = weigh_gradients(Mgda(), J)
    assert (w >= 0.0).all()
    assert w.sum() == pytest.approx(1.0)
    # d = Jᵀw is the shortest iff ⟨gᵢ, d⟩ ≥ ⟨d, d⟩ for all i.
    d, norms = w @ J, np.linalg.norm(J, axis=1)
    assert (J @ d >= d @ d - 1e-10 * norms * norms.max()).all()


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", GENERIC)
@pytest.mark.parametrize("seed", range(2))
def test_as_quadprog_on_the_simplex(family: str, num_tasks: int, seed: int) -> None:
    J = gradients(family, num_tasks, seed)
    lengths = np.linalg.norm(J, axis=1) / np.linalg.norm(J, axis=1).min()
    ours, theirs = weigh_gradients(Mgda(), J) * lengths, shortest_by_quadprog(J) * lengths
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("family", "num_tasks", "seed"),
    [
        *((family, 2, seed) for family in GENERIC for seed in range(2)),
        ("random", 3, 0),
        ("random", 3, 1),
        ("random", 6, 2),
        ("correlated", 3, 1),
        ("correlated", 6, 0),
        ("correlated", 20, 2),
    ],
)
def test_as_torchjd_where_frank_wolfe_converges(family: str, num_tasks: int, seed: int) -> None:
    """It does with two tasks, with more now and then; the next test is for the others."""
    J = gradients(family, num_tasks, seed)
    theirs = torchjd_weights(MGDAWeighting(epsilon=1e-12, max_iters=3000), J)
    np.testing.assert_allclose(weigh_gradients(Mgda(), J), theirs, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("num_tasks", [2, 3, 6, 20])
@pytest.mark.parametrize("family", GENERIC + DEGENERATE)
def test_no_longer_than_torchjds_and_no_shorter_than_its_bound(family: str, num_tasks: int) -> None:
    """Twice the gap of Frank-Wolfe, ‖d‖² − minᵢ⟨gᵢ, d⟩, bounds how far its ‖d‖² is from the least."""
    J = gradients(family, num_tasks, seed=4)
    ours = weigh_gradients(Mgda(), J) @ J
    theirs = torchjd_weights(MGDAWeighting(epsilon=1e-9, max_iters=300), J) @ J
    gap = theirs @ theirs - (J @ theirs).min()
    rounding = 1e-12 * (J**2).sum(axis=1).max()
    assert theirs @ theirs - 2.0 * gap - rounding <= ours @ ours <= theirs @ theirs + rounding


def test_a_normaliser_divides_the_gradients_first() -> None:
    J, losses = gradients("random", 5, seed=0), np.array([0.2, 0.5, 1.0, 3.0, 9.0])
    norms = np.linalg.norm(J, axis=1)
    divisors = {"l2": norms, "loss": losses, "loss+": losses * norms}
    for normaliser, c in divisors.items():
        weights = weigh_gradients(Mgda(normaliser), J, losses)  # type: ignore[arg-type]
        np.testing.assert_allclose(weights, weigh_gradients(Mgda(), J / c[:, None]) / c, rtol=1e-9)


def test_tasks_without_a_gradient_are_a_stationary_point_and_share_the_weight() -> None:
    G = np.diag([1.0, 0.0, 0.0])
    np.testing.assert_array_equal(Mgda().weights(Observation(np.ones(3), G, None, 0)), [0.0, 0.5, 0.5])
