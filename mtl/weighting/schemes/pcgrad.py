"""Projecting conflicting gradients."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.draws import draw_state, random_orders
from mtl.weighting.observed import unit_gramian
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State


@SCHEMES.register
@final
@dataclass(frozen=True)
class PcGrad(Scheme):
    """Each gradient loses its component against any other, in random order; the results are added: w = Cᵀ1.

    Yu et al. 2020 (arXiv 2001.06782), Algorithm 1. C = I; for each task i and every j ≠ i in random order,
    s = ⟨gᵢ′, gⱼ⟩ = Cᵢ·G₍:,ⱼ₎, where gᵢ′ = Σⱼ Cᵢⱼgⱼ; if s < 0 then Cᵢⱼ −= s/Gⱼⱼ. All tasks i advance together here,
    each in its own order.
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Yu et al. 2020, arXiv 2001.06782"
    equivariant: ClassVar[bool] = False
    degree: ClassVar[float | None] = 0.0

    @override
    def init(self, num_tasks: int, seed: int) -> State:
        return draw_state(seed)

    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        unit = unit_gramian(observation)
        num_tasks = len(unit.norms)
        orders, advanced = random_orders(state, num_tasks)
        removed_of = np.zeros((num_tasks, num_tasks))
        products = unit.cosines.copy()
        rows = np.arange(num_tasks)
        for others in orders.T:
            removed = np.minimum(products[rows, others], 0.0)
            removed_of[rows, others] = removed
            products -= removed[:, None] * unit.cosines[others]
        return 1.0 - (unit.norms @ removed_of) * unit.inverse_norms, advanced
