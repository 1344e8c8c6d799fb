"""Conflict-averse gradient descent."""

import math
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.options import NonNegative
from mtl.weighting.observed import unit_gramian
from mtl.weighting.quadratic import MIN_EIGENVALUE, nonnegative_minimum, positive_definite
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme

MAX_ROUNDS = 30
CONVERGED = 1e-11


@SCHEMES.register
@final
@dataclass(frozen=True)
class CaGrad(StatelessScheme):
    """The direction near the mean gradient that helps the worst task most: w = 1/K + √φ w*/√(w*ᵀGw*).

    Liu, Liu, Jin, Stone and Liu 2021 (arXiv 2110.14048). g₀ is the mean gradient, φ = c²‖g₀‖² = c² 1ᵀG1/K²,
    w* = argmin (1/K)1ᵀGw + √φ √(wᵀGw) over the simplex; d = Jᵀw maximises minᵢ⟨gᵢ, d⟩ over ‖d − g₀‖ ≤ c‖g₀‖.
    Where w*ᵀGw* vanishes (a Pareto stationary point) w = 1/K.

    Solved exactly: x = √φ w*/√(w*ᵀGw*) is argmin ½xᵀGx − (τ1 − b)ᵀx over x ≥ 0, b = G1/K, for the τ at which
    ‖Jᵀx‖ = √φ, a norm that grows with τ and is convex: Newton's method finds it.
    Departure: the official code divides the weights by 1 + c²; the paper does not.

    Attributes:
        c: the radius of the ball around the mean gradient, as a fraction of its length.
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Liu et al. 2021, arXiv 2110.14048"
    degree: ClassVar[float | None] = 0.0

    c: NonNegative = 0.5

    @override
    def weights(self, observation: Observation) -> FloatArray:
        unit = unit_gramian(observation)
        num_tasks, longest = len(unit.norms), unit.norms.max()
        if longest == 0.0:
            return np.full(num_tasks, 1.0 / num_tasks)
        # The weights do not depend on the scale of G; a task without a gradient is left out of the correction.
        norms, inverse_norms = unit.norms / longest, longest * unit.inverse_norms
        correction = _correction(positive_definite(unit.cosines), norms, inverse_norms, self.c)
        return np.asarray(1.0 / num_tasks + correction * inverse_norms)


def _correction(cosines: FloatArray, norms: FloatArray, inverse_norms: FloatArray, c: float) -> FloatArray:
    """y = x · norms; zeros at a Pareto stationary point."""
    mean_products = cosines @ norms / len(norms)
    mean_square = float(norms @ mean_products) / len(norms)
    y = np.zeros_like(norms)
    if c == 0.0 or _vanishes(cosines, mean_square, norms / len(norms)):
        return y
    radius = c * math.sqrt(mean_square)
    # At this τ the best single task alone reaches the radius: Newton's steps on a convex length lead down to the root.
    tau = ((mean_products + radius) * norms)[norms > 0.0].min()
    passive = None
    for _ in range(MAX_ROUNDS):
        y = nonnegative_minimum(cosines, (mean_products - tau * inverse_norms)[None], passive)[0]
        length = math.sqrt(y @ cosines @ y)
        if length - radius <= CONVERGED * radius:
            break
        tau -= (length - radius) * length / (inverse_norms @ y)
        passive = (y > 0.0)[None]
    return np.zeros_like(y) if _vanishes(cosines, radius**2, y) else y


def _vanishes(cosines: FloatArray, square: float, y: FloatArray) -> bool:
    """Whether yᵀCy = `square` is no more than what was added to the diagonal of C to make it positive definite."""
    added = MIN_EIGENVALUE + cosines[0, 0] - 1.0
    return square <= 4.0 * float(added) * float(y @ y)
