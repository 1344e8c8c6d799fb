"""Conflict-free inverse gradients (ConFIG)."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.observed import unit_gramian
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme
from mtl.weighting.spectrum import pseudo_solve

CANCELS = 1e-12


@SCHEMES.register
@final
@dataclass(frozen=True)
class Config(StatelessScheme):
    """Equal cosines with all gradients, as long as their projections add up to: w = v (1ᵀGv)/(vᵀGv), v = D⁻¹C⁺1.

    Liu, Chu and Thuerey 2024 (ConFIG, arXiv 2408.11104). D = diag of the gradient norms, C = D⁻¹GD⁻¹ the cosines.
    With linearly independent gradients the direction conflicts with none. Where no direction has positive cosines
    (1ᵀC⁺1 = 0) w = 0; a task without a gradient gets weight 0.
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Liu, Chu and Thuerey 2024, arXiv 2408.11104"
    degree: ClassVar[float | None] = 0.0

    @override
    def weights(self, observation: Observation) -> FloatArray:
        unit = unit_gramian(observation)
        u = pseudo_solve(unit.cosines, unit.active.astype(np.float64))
        products = unit.cosines @ u
        square = float(u @ products)
        if square <= CANCELS * len(u):
            return np.zeros_like(u)
        length = float(unit.norms @ products) / square
        return u * (length * unit.inverse_norms)
