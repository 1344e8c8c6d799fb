"""Unconflicting projection of gradients."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.observed import unit_gramian
from mtl.weighting.quadratic import nonnegative_minimum, positive_definite
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme


@SCHEMES.register
@final
@dataclass(frozen=True)
class UpGrad(StatelessScheme):
    """The mean of the gradients, each projected where it conflicts with none: w = Σᵢ argmin {vᵀGv : v ≥ eᵢ/K}.

    Quinton and Rey 2024 (Jacobian descent, arXiv 2406.16232). The projection is onto the cone of the directions that
    increase no task loss. In units of the gradient norms n problem i is argmin {uᵀCu : u ≥ eᵢ}, times nᵢ/K; its
    solution is eᵢ unless some cosine Cᵢⱼ is negative.

    Departure: the authors' library (TorchJD) adds 1e-4 tr(G) to the diagonal of G; here C is shifted by what makes
    its smallest eigenvalue 1e-12, hence not at all unless gradients are linearly dependent.
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Quinton and Rey 2024, arXiv 2406.16232"
    degree: ClassVar[float | None] = 0.0
    non_conflicting: ClassVar[bool] = True

    @override
    def weights(self, observation: Observation) -> FloatArray:
        unit = unit_gramian(observation)
        num_tasks = len(unit.norms)
        added = np.zeros(num_tasks)
        conflicting = np.flatnonzero((unit.cosines < 0.0).any(axis=1))
        if conflicting.size:
            cosines = positive_definite(unit.cosines)
            added = unit.norms[conflicting] @ nonnegative_minimum(cosines, cosines[conflicting])
        return np.asarray((1.0 + added * unit.inverse_norms) / num_tasks)
