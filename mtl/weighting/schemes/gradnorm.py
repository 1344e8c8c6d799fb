"""GradNorm."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.options import NonNegative, Positive
from mtl.weighting.observed import gradient_norms, gramian_of, positive_losses
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State

MIN_WEIGHT = 1e-3
"""A weight that reached 0 could turn negative at the next step, and the task's loss would be driven up."""


@SCHEMES.register
@final
@dataclass(frozen=True)
class GradNorm(Scheme):
    """Learned weights that even out gradient norms and training rates: w descends Σ |wᵢnᵢ − mean(wn) rᵢ^α|, Σw = K.

    Chen, Badrinarayanan, Lee and Rabinovich 2018 (arXiv 1711.02257). n are the gradient norms;
    rᵢ = (Lᵢ/Lᵢ⁰)/mean(L/L⁰) is the relative inverse training rate, L⁰ the first loss of the task; the target
    mean(wn) rᵢ^α is held constant in the descent, so ∂/∂wᵢ = nᵢ sign(wᵢnᵢ − target). w = 1 at the first step, and
    the weights of a step are those before its update.

    Departures: the objective is divided by mean(wn), so that the step does not depend on the scale of the gradients;
    w ≥ 1e-3; the renormalisation keeps the sum of the weights, which is K, so that it also holds for a batch in which
    tasks are absent.

    Attributes:
        alpha: α, how strongly a task that trains slowly is favoured; 0 evens out the norms alone.
        learning_rate: step size of the descent on w.
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Chen et al. 2018, arXiv 1711.02257"
    degree: ClassVar[float | None] = 0.0

    alpha: NonNegative = 1.5
    learning_rate: Positive = 0.025

    @override
    def init(self, num_tasks: int, seed: int) -> State:
        # 0 stands for a task whose first loss is still to come: losses are held above it.
        return {"weights": np.ones(num_tasks), "first_losses": np.zeros(num_tasks)}

    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        losses, weights = positive_losses(observation), state["weights"]
        first_losses = np.where(state["first_losses"] > 0.0, state["first_losses"], losses)
        advanced = self._descend(weights, gradient_norms(gramian_of(observation)), losses / first_losses)
        return weights.copy(), {"weights": advanced, "first_losses": first_losses}

    def _descend(self, weights: FloatArray, norms: FloatArray, loss_ratios: FloatArray) -> FloatArray:
        """One step on w, then the old sum of the weights again."""
        weighted = weights * norms
        mean = weighted.mean()
        if mean == 0.0:
            return weights
        rates = loss_ratios / loss_ratios.mean()
        slope = norms / mean * np.sign(weighted / mean - rates**self.alpha)
        stepped = np.maximum(weights - self.learning_rate * slope, MIN_WEIGHT)
        return np.asarray(stepped * (weights.sum() / stepped.sum()))
