"""Quadratic programs over nonnegative variables: the solver behind MGDA, CAGrad, UPGrad and DualProj."""

import numpy as np
from numpy.typing import NDArray

from mtl.weighting.base import FloatArray

MIN_EIGENVALUE = 1e-12
FULL_EXCHANGES = 3
"""How often a full exchange of the infeasible variables may fail to improve before single exchanges take over."""


def positive_definite(cosines: FloatArray, min_eigenvalue: float = MIN_EIGENVALUE) -> FloatArray:
    """`cosines` with its diagonal raised, if need be, until its smallest eigenvalue is `min_eigenvalue`.

    A Gramian of float32 gradients is positive semidefinite up to rounding only, and singular whenever tasks agree or
    cancel exactly; the smallest shift picks, of many solutions, the one that treats equal tasks equally.
    """
    shift = min_eigenvalue - np.linalg.eigvalsh(cosines)[0]
    if shift <= 0.0:
        return cosines
    raised = cosines.copy()
    raised.flat[:: len(raised) + 1] += shift
    return raised


def nonnegative_minimum(A: FloatArray, q: FloatArray, passive: NDArray[np.bool_] | None = None) -> FloatArray:
    """argmin ½xᵀAx + qᵀx over x ≥ 0 for each row of `q` [m, K]; A [K, K] is positive definite.

    Block principal pivoting (Júdice and Pires 1994; Kim and Park 2011): guess which variables are positive (the
    passive set), solve for them, and exchange all that turn out infeasible. Where that stops improving, exchange
    only the last infeasible one (Murty 1974), which ends for every positive definite A.

    Args:
        A: the quadratic term.
        q: the linear terms.
        passive: a first guess of the passive sets, shape [m, K].
    """
    if passive is None:
        passive = q < 0.0
    size = q.shape[1]
    identity = np.eye(size)
    fewest = np.full(len(q), size + 1)
    exchanges_left = np.full(len(q), FULL_EXCHANGES)
    for _ in range(100 + 10 * size):
        x, infeasible = _solve_passive(A, q, passive, identity)
        count = infeasible.sum(axis=1)
        if not count.any():
            break
        improved = count < fewest
        fewest = np.where(improved, count, fewest)
        exchanges_left = np.where(improved, FULL_EXCHANGES, exchanges_left - 1)
        passive = passive ^ np.where((exchanges_left > 0)[:, None], infeasible, _last_only(infeasible))
    return np.maximum(x, 0.0)


def _solve_passive(
    A: FloatArray, q: FloatArray, passive: NDArray[np.bool_], identity: FloatArray
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """The minimisers with the other variables at zero, and which variables violate optimality."""
    systems = np.where(passive[:, :, None] & passive[:, None, :], A, identity)
    x = np.linalg.solve(systems, np.where(passive, -q, 0.0)[:, :, None])[:, :, 0]
    slope = x @ A + q
    noise = 1e-14 * (np.abs(x) @ np.abs(A) + np.abs(q))
    return x, np.where(passive, x, slope) < -noise


def _last_only(infeasible: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Only the last true entry of each row."""
    later = np.cumsum(infeasible[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(infeasible & (later == 1))
