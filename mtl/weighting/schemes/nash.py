"""Nash-MTL."""

from dataclasses import dataclass
from typing import ClassVar, final

from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.fair import fair_weights
from mtl.weighting.observed import unit_gramian
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme


@SCHEMES.register
@final
@dataclass(frozen=True)
class Nash(StatelessScheme):
    """The Nash bargaining solution between the tasks: Gw = 1/w, w > 0.

    Navon et al. 2022 (arXiv 2202.01017). The direction d = Jᵀw maximises Σ log⟨gᵢ, d⟩ over directions of its length;
    no rescaling of a task changes it. Gw = 1/w is the optimality condition of min ½wᵀGw − Σ log w. ‖d‖ = √K always.
    A task without a gradient gets weight 0.

    Departures: the official code approaches the solution by a sequence of convex programs, each step's from the
    weights of the step before, and then clips ‖d‖ to 1. Here Newton's method solves the equation, and ‖d‖ stays √K.
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Navon et al. 2022, arXiv 2202.01017"
    degree: ClassVar[float | None] = -1.0
    non_conflicting: ClassVar[bool] = True

    @override
    def weights(self, observation: Observation) -> FloatArray:
        return fair_weights(unit_gramian(observation), power=1.0)
