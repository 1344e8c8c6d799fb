"""A weighted sum whose weights decay with the depth of a task in the task tree."""

from dataclasses import dataclass, field
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.options import TASK_DEPTHS, Positive
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State


@SCHEMES.register
@final
@dataclass(frozen=True)
class Hierarchical(Scheme):
    """The loss of a task tree, each level discounted by γ: w = γ^depth.

    With L(j) = ℓⱼ + γ Σ L(c) over the children c of task j, the total over the roots is Σⱼ γ^depth(j) ℓⱼ.

    Attributes:
        gamma: γ, the discount per level; 1 is the plain sum.
        depths: depth of each task, roots at 0.
    """

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "–"
    equivariant: ClassVar[bool] = False
    degree: ClassVar[float | None] = 0.0

    depths: tuple[int, ...] = field(metadata=TASK_DEPTHS)
    gamma: Positive = 0.5

    @override
    def init(self, num_tasks: int, seed: int) -> State:
        if len(self.depths) != num_tasks:
            raise ValueError(f"{len(self.depths)} depths for {num_tasks} tasks")
        return {"weights": np.power(self.gamma, np.array(self.depths, dtype=np.float64))}

    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        return state["weights"].copy(), state
