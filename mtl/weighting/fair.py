"""The equation Gw = w^(−p), w > 0: the solver behind Nash-MTL and FairGrad."""

import math

import numpy as np

from mtl.weighting.observed import UnitGramian
from mtl.weighting.quadratic import positive_definite
from mtl.weighting.scheme import FloatArray

MIN_EIGENVALUE = 1e-9
"""At a Pareto stationary point no solution exists; this bounds the weights instead."""

MAX_ITERATIONS = 200
CONVERGED = 1e-12
STALLED = 1e-4
"""Relative Newton steps this small that no longer shrink are rounding noise."""


def fair_weights(unit: UnitGramian, power: float) -> FloatArray:
    """w > 0 with Gw = w^(−power), 0 for a task without a gradient.

    With u = w · norms it is the optimality condition of min ½uᵀCu − Σ cᵢ ψ(uᵢ), ψ′ = u^(−power),
    c = norms^(power − 1): convex, solved by Newton's method, kept inside u > 0, from the solution for uncorrelated
    gradients.
    """
    norms = np.where(unit.active, unit.norms, 1.0)
    demand = norms ** (power - 1.0)
    # With v = u/start every uncorrelated task sits at v = 1, whatever its norm.
    start = demand ** (1.0 / (1.0 + power))
    quadratic = positive_definite(unit.cosines, MIN_EIGENVALUE) * start * start[:, None]
    scale = start.max() ** 2
    v = _minimise(quadratic / scale, start**2 / scale, power)
    return v * start * unit.inverse_norms


def _minimise(A: FloatArray, demand: FloatArray, power: float) -> FloatArray:
    """argmin ½vᵀAv − Σ demandᵢ ψ(vᵢ) over v > 0."""
    v = np.ones(len(A))
    change = math.inf
    for _ in range(MAX_ITERATIONS):
        pull = demand * v**-power
        hessian = A.copy()
        hessian.flat[:: len(A) + 1] += power * pull / v
        step = np.linalg.solve(hessian, pull - A @ v)
        relative = step / v
        previous, change = change, np.abs(relative).max()
        if change < CONVERGED or previous <= change < STALLED:
            break
        # No further than nine tenths of the way to the boundary v = 0.
        v = v + step * min(1.0, 0.9 / max(-relative.min(), 0.9))
    return v
