"""FairGrad."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, final

from pydantic import Field
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.fair import fair_weights
from mtl.weighting.observed import unit_gramian
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme


@SCHEMES.register
@final
@dataclass(frozen=True)
class FairGrad(StatelessScheme):
    """The α-fair direction: Gw = w^(−1/α), w > 0.

    Ban and Ji 2024 (Fair resource allocation in multi-task learning, arXiv 2402.15638). The direction d = Jᵀw
    maximises Σ ⟨gᵢ, d⟩^(1 − α)/(1 − α) over directions of its length; α = 1 is Nash-MTL, larger α favours the task
    that gains least. The official code finds the root by bounded least squares; here Newton's method solves the convex
    problem it is the optimality condition of. A task without a gradient gets weight 0.

    Attributes:
        alpha: α, the degree of fairness; the official code's default is 2. At least ½: below, Newton's method did not
            always converge on badly scaled gradients.
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Ban and Ji 2024, arXiv 2402.15638"
    degree: ClassVar[float | None] = -4.0 / 3.0
    non_conflicting: ClassVar[bool] = True

    alpha: Annotated[float, Field(ge=0.5, le=1e100, allow_inf_nan=False)] = 2.0

    @override
    def weights(self, observation: Observation) -> FloatArray:
        return fair_weights(unit_gramian(observation), power=1.0 / self.alpha)
