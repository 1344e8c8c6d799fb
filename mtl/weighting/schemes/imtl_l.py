"""IMTL-L, the loss balance of impartial multi-task learning."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.options import Positive
from mtl.weighting.adam import adam_state, adam_update
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State

MAX_LOG_SCALE = 25.0
"""A loss that stays at 0 would otherwise raise its weight without end."""


@SCHEMES.register
@final
@dataclass(frozen=True)
class ImtlL(Scheme):
    """Learned scales that bring every weighted loss to 1: w = exp(s), s descending Σ exp(s) L − s.

    Liu et al. 2021 (Towards Impartial Multi-task Learning, ICLR), the loss balance. The gradient of s is
    exp(s) L − 1, zero where exp(s) L = 1; s = 0 at the start.

    Departure: the paper trains s with the optimiser of the network. Here s has an Adam of its own, so that the
    weights do not depend on the choice of optimiser, and |s| ≤ 25.

    Attributes:
        learning_rate: step size of Adam on s.
    """

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "Liu et al. 2021, ICLR"

    learning_rate: Positive = 0.01

    @override
    def init(self, num_tasks: int, seed: int) -> State:
        return adam_state(np.zeros(num_tasks))

    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        scales = np.exp(state["parameter"])
        advanced = adam_update(state, scales * observation.losses - 1.0, self.learning_rate)
        advanced["parameter"] = np.clip(advanced["parameter"], -MAX_LOG_SCALE, MAX_LOG_SCALE)
        return scales, advanced
