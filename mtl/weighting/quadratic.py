"""Quadratic programs over nonnegative variables: the solver behind MGDA, CAGrad, UPGrad and DualProj.

The compiled quadprog is faster on one small program, but holds the optimality conditions to 1e-9 instead of 1e-14 where
A is nearly singular, as it is whenever gradients are linearly dependent, and schemes built on it then miss the answer.
"""

import numpy as np
from numpy.typing import NDArray

from mtl.weighting.scheme import FloatArray

MIN_EIGENVALUE = 1e-12
MAX_FAILURES = 4
"""How many exchanges may fail to lower the number of infeasible variables."""


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
    passive set), solve for them, exchange all that turn out infeasible. It needs few rounds, and rounds of all rows
    are solved together, but may cycle where A is nearly singular; such a row goes to the active-set method.

    Args:
        A: the quadratic term.
        q: the linear terms.
        passive: a first guess of the passive sets, shape [m, K].
    """
    if passive is None:
        passive = q < 0.0
    x, infeasible = _solve_passive(A, q, passive)
    if infeasible.any():
        x = _exchange(A, q, passive, x, infeasible)
    return np.maximum(x, 0.0)


def _exchange(
    A: FloatArray, q: FloatArray, passive: NDArray[np.bool_], x: FloatArray, infeasible: NDArray[np.bool_]
) -> FloatArray:
    """The rounds after a first guess that was wrong."""
    fewest = np.full(len(q), q.shape[1] + 1)
    failures = np.zeros(len(q), dtype=np.intp)
    while True:
        count = infeasible.sum(axis=1)
        failures[count >= fewest] += 1
        pending = (count > 0) & (failures < MAX_FAILURES)
        if not pending.any():
            break
        fewest = np.minimum(fewest, count)
        passive = passive ^ (infeasible & pending[:, None])
        x, infeasible = _solve_passive(A, q, passive)
    for row in np.flatnonzero(count):
        x[row] = _active_set_minimum(A, q[row])
    return x


def _solve_passive(A: FloatArray, q: FloatArray, passive: NDArray[np.bool_]) -> tuple[FloatArray, NDArray[np.bool_]]:
    """The minimisers with the other variables at zero, and which variables violate optimality."""
    if passive.all():
        x = np.asarray(np.linalg.solve(A, -q.T).T)
        slack = x
    else:
        systems = np.where(passive[:, :, None] & passive[:, None, :], A, np.eye(len(A)))
        x = np.linalg.solve(systems, np.where(passive, -q, 0.0)[:, :, None])[:, :, 0]
        slack = np.where(passive, x, x @ A + q)
    infeasible = slack < 0.0
    if infeasible.any():
        infeasible = slack < -_rounding(A, q, x)
    return x, infeasible


def _active_set_minimum(A: FloatArray, q: FloatArray) -> FloatArray:
    """The same for one `q` [K], by the active-set method of Lawson and Hanson (1974).

    Every iterate is feasible and lowers the objective, so that it ends whatever the conditioning.
    """
    x = np.zeros_like(q)
    passive = np.zeros(len(q), dtype=np.bool_)
    for _ in range(10 * len(q)):
        slope = A @ x + q
        slope[passive | (slope >= -_rounding(A, q, x))] = 0.0
        if not slope.any():
            break
        entering = int(slope.argmin())
        passive[entering] = True
        x = _descend(A, q, x, passive)
    return x


def _descend(A: FloatArray, q: FloatArray, x: FloatArray, passive: NDArray[np.bool_]) -> FloatArray:
    """Towards the minimiser over the passive set; what reaches zero on the way leaves the set (in place)."""
    while passive.any():
        members = np.flatnonzero(passive)
        current, target = x[members], np.linalg.solve(A[np.ix_(members, members)], -q[members])
        blocking = target <= 0.0
        x = np.zeros_like(x)
        if not blocking.any():
            x[members] = target
            break
        length = (current[blocking] / (current[blocking] - target[blocking])).min()
        x[members] = current + length * (target - current)
        leaving = members[blocking & (x[members] <= _rounding(A, q, x)[members])]
        passive[leaving] = False
        x[leaving] = 0.0
    return x


def _rounding(A: FloatArray, q: FloatArray, x: FloatArray) -> FloatArray:
    """The rounding error to expect in Ax + q."""
    return np.asarray(1e-14 * (np.abs(x) @ np.abs(A) + np.abs(q)))
