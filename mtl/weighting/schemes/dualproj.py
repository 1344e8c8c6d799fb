"""Projection of the mean gradient onto the dual cone."""

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
class DualProj(StatelessScheme):
    """The mean gradient, projected where it conflicts with no task: w = argmin {vᵀGv : v ≥ 1/K}.

    Lopez-Paz and Ranzato 2017 (GEM, arXiv 1706.08840), Equation 11, in the form of Quinton and Rey 2024 (arXiv
    2406.16232). The projection is onto the cone of the directions that increase no task loss. C is shifted by what
    makes its smallest eigenvalue 1e-12, hence not at all unless gradients are linearly dependent.
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Lopez-Paz and Ranzato 2017, arXiv 1706.08840"
    degree: ClassVar[float | None] = 0.0
    non_conflicting: ClassVar[bool] = True

    @override
    def weights(self, observation: Observation) -> FloatArray:
        unit = unit_gramian(observation)
        num_tasks, longest = len(unit.norms), unit.norms.max()
        if (unit.cosines @ unit.norms).min() >= 0.0:
            return np.full(num_tasks, 1.0 / num_tasks)
        cosines = positive_definite(unit.cosines)
        mean_products = cosines @ (unit.norms / longest) / num_tasks
        added = nonnegative_minimum(cosines, mean_products[None])[0]
        return np.asarray(1.0 / num_tasks + added * (longest * unit.inverse_norms))
