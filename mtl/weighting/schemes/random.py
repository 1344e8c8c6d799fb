"""Random loss weighting."""

from dataclasses import dataclass
from typing import ClassVar, final

from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.draws import draw_state, normal_numbers
from mtl.weighting.observed import softmax
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State


@SCHEMES.register
@final
@dataclass(frozen=True)
class Random(Scheme):
    """New random weights at each step: w = softmax(z), z ~ N(0, I).

    Lin, Ye, Zhang and Tsang 2022 (RLW, arXiv 2111.10603). A scheme that is to be worth its cost should beat it.
    """

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "Lin et al. 2022, arXiv 2111.10603"
    equivariant: ClassVar[bool] = False
    degree: ClassVar[float | None] = 0.0

    @override
    def init(self, num_tasks: int, seed: int) -> State:
        return draw_state(seed)

    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        logits, advanced = normal_numbers(state, len(observation.losses))
        return softmax(logits), advanced
