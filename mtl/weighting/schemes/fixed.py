"""A weighted sum of the task losses, the weights being the user's."""

from dataclasses import dataclass, field
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.options import PER_TASK, NonNegative
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State


@SCHEMES.register
@final
@dataclass(frozen=True)
class Fixed(Scheme):
    """The weighted sum of the task losses with constant weights: w = c.

    Attributes:
        weights: c, one nonnegative weight per task.
    """

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "–"
    equivariant: ClassVar[bool] = False
    degree: ClassVar[float | None] = 0.0

    weights: tuple[NonNegative, ...] = field(metadata=PER_TASK)

    @override
    def init(self, num_tasks: int, seed: int) -> State:
        if len(self.weights) != num_tasks:
            raise ValueError(f"{len(self.weights)} fixed weights for {num_tasks} tasks")
        return {"weights": np.array(self.weights, dtype=np.float64)}

    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        return state["weights"].copy(), state
