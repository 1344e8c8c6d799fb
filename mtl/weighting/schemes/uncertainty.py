"""Homoscedastic uncertainty weighting."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.options import Positive
from mtl.weighting.adam import adam_state, adam_update
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State

MAX_LOG_VARIANCE = 25.0
"""A loss that stays at 0 would otherwise raise its weight without end."""


@SCHEMES.register
@final
@dataclass(frozen=True)
class Uncertainty(Scheme):
    """Learned noise variance per task: w = ½ exp(−s), s descending Σ ½ exp(−s) L + ½ s.

    Kendall, Gal and Cipolla 2018 (arXiv 1705.07115). s = log σ² is the log variance of the task's noise, 0 at the
    start; its gradient is ½ (1 − exp(−s) L), zero where exp(s) = L.

    Departure: the paper trains s with the optimiser of the network. Here s has an Adam of its own, so that the
    weights do not depend on the choice of optimiser, and |s| ≤ 25.

    Attributes:
        learning_rate: step size of Adam on s.
    """

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "Kendall, Gal and Cipolla 2018, arXiv 1705.07115"

    learning_rate: Positive = 0.01

    @override
    def init(self, num_tasks: int, seed: int) -> State:
        return adam_state(np.zeros(num_tasks))

    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        precision = np.exp(-state["parameter"])
        gradient = 0.5 * (1.0 - precision * observation.losses)
        advanced = adam_update(state, gradient, self.learning_rate)
        advanced["parameter"] = np.clip(advanced["parameter"], -MAX_LOG_VARIANCE, MAX_LOG_VARIANCE)
        return 0.5 * precision, advanced
