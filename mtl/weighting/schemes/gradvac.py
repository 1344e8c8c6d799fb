"""Gradient vaccine."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.options import Fraction
from mtl.weighting.draws import draw_state, random_orders
from mtl.weighting.observed import unit_gramian
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State

MAX_TARGET = 1.0 - 1e-4
"""Reaching a cosine of 1 would take an infinite multiple of the other gradient."""


@SCHEMES.register
@final
@dataclass(frozen=True)
class GradVac(Scheme):
    """Each gradient is turned until its cosine with any other reaches that pair's running mean: w = Cᵀ1.

    Wang, Tsvetkov, Firat and Cao 2021 (arXiv 2010.05874). C = I; for each task i and every j ≠ i in random order,
    with gᵢ′ = Σⱼ Cᵢⱼgⱼ, a = ‖gᵢ′‖ and φ = ⟨gᵢ′, gⱼ⟩/(a nⱼ): if φ < φ̂ᵢⱼ then
    Cᵢⱼ += a (φ̂ √(1 − φ²) − φ √(1 − φ̂²)) / (nⱼ √(1 − φ̂²)); then φ̂ᵢⱼ ← (1 − β) φ̂ᵢⱼ + β φ. φ̂ = 0 at the start, so
    that the first step is PCGrad. All tasks i advance together here, each in its own order; targets are held below
    1 − 1e-4.

    Attributes:
        beta: β, how fast the running mean of the cosines follows. The paper's 0.01; LibMTL has 0.5.
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Wang et al. 2021, arXiv 2010.05874"
    equivariant: ClassVar[bool] = False
    degree: ClassVar[float | None] = 0.0

    beta: Fraction = 0.01

    @override
    def init(self, num_tasks: int, seed: int) -> State:
        return {**draw_state(seed), "targets": np.zeros((num_tasks, num_tasks))}

    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        unit = unit_gramian(observation)
        num_tasks = len(unit.norms)
        orders, advanced = random_orders(state, num_tasks)
        # Row i of `turned` is gᵢ′ in units of gᵢ's length, `products` are its products with the unit gradients.
        turned, products, seen = np.eye(num_tasks), unit.cosines.copy(), state["targets"].copy()
        targets = np.clip(seen, -MAX_TARGET, MAX_TARGET)
        cotangents = targets / np.sqrt(1.0 - targets**2)
        rows = np.arange(num_tasks)
        for others in orders.T:
            lengths = np.sqrt(np.maximum((turned * products).sum(axis=1), 0.0))
            cosines = products[rows, others] / np.where(lengths > 0.0, lengths, 1.0)
            added = lengths * _turn(cosines, cotangents[rows, others])
            turned[rows, others] += added
            products += added[:, None] * unit.cosines[others]
            seen[rows, others] = cosines
        weights = np.where(unit.active, (unit.norms @ turned) * unit.inverse_norms, 1.0)
        return weights, {**advanced, "targets": (1.0 - self.beta) * state["targets"] + self.beta * seen}


def _turn(cosines: FloatArray, cotangents: FloatArray) -> FloatArray:
    """How much of the other unit vector to add to a unit vector for their cosine to rise to the target.

    The paper's (φ̂ √(1 − φ²) − φ √(1 − φ̂²)) / √(1 − φ̂²), which is positive where φ < φ̂.
    """
    sines = np.sqrt(np.maximum(1.0 - cosines**2, 0.0))
    return np.maximum(cotangents * sines - cosines, 0.0)
