import numpy as np
import pytest
from scipy.optimize import nnls

from mtl.weighting.quadratic import MIN_EIGENVALUE, nonnegative_minimum, positive_definite
from mtl.weighting.scheme import FloatArray
from tests.mtl.weighting.families import DEGENERATE, GENERIC, gradients


def _cosines(J: FloatArray) -> FloatArray:
    unit = J / np.maximum(np.linalg.norm(J, axis=1), 1e-300)[:, None]
    return np.asarray(unit @ unit.T)


@pytest.mark.parametrize("num_tasks", [1, 2, 6, 20, 50])
@pytest.mark.parametrize("family", [family for family in GENERIC + DEGENERATE if family != "no gradient"])
@pytest.mark.parametrize("seed", range(3))
def test_the_optimality_conditions_hold(family: str, num_tasks: int, seed: int) -> None:
    """x ≥ 0, slope Ax + q ≥ 0, and one of both zero: on singular A too, where the active-set method takes over."""
    C = _cosines(gradients(family, num_tasks, seed))
    A = positive_definite(C)
    q = np.concatenate([C, np.random.default_rng(seed).standard_normal((3, num_tasks)) @ C])
    x = nonnegative_minimum(A, q)
    slope = x @ A + q
    scale = 1.0 + np.abs(x) @ np.abs(A)
    assert (x >= 0.0).all()
    assert (slope >= -1e-12 * scale).all()
    assert (np.abs(x * slope) <= 1e-11 * scale * (1.0 + x.max())).all()


def test_as_scipys_nonnegative_least_squares() -> None:
    rng = np.random.default_rng(0)
    B, b = rng.standard_normal((15, 8)), rng.standard_normal(15)
    x = nonnegative_minimum(B.T @ B, -(B.T @ b)[None])[0]
    np.testing.assert_allclose(x, nnls(B, b)[0], rtol=1e-9, atol=1e-12)


def test_a_wrong_first_guess_costs_rounds_not_correctness() -> None:
    A = positive_definite(_cosines(gradients("random", 6, seed=0)))
    q = np.random.default_rng(0).standard_normal((4, 6))
    everything, nothing = np.ones((4, 6), dtype=np.bool_), np.zeros((4, 6), dtype=np.bool_)
    expected = nonnegative_minimum(A, q)
    np.testing.assert_allclose(nonnegative_minimum(A, q, everything), expected, rtol=1e-9)
    np.testing.assert_allclose(nonnegative_minimum(A, q, nothing), expected, rtol=1e-9)


def test_only_a_singular_matrix_is_shifted() -> None:
    regular = _cosines(gradients("random", 4, seed=0))
    assert positive_definite(regular) is regular
    singular = np.ones((3, 3))
    shifted = positive_definite(singular)
    assert np.linalg.eigvalsh(shifted)[0] == pytest.approx(MIN_EIGENVALUE, rel=0.01)
    np.testing.assert_allclose(shifted, singular, atol=2e-12)
