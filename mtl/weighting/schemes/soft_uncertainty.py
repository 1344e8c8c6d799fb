"""Soft optimal uncertainty weighting (UW-SO)."""

from dataclasses import dataclass
from typing import ClassVar, final

from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.options import Positive
from mtl.weighting.observed import positive_losses, softmax
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme


@SCHEMES.register
@final
@dataclass(frozen=True)
class SoftUncertainty(StatelessScheme):
    """The optimal uncertainty weights 1/L, softened: w = softmax((1/L)/T).

    Kirchdorfer et al. 2025 (UW-SO, arXiv 2408.07985). 1/L is where the variances of uncertainty weighting settle;
    L is held constant in the backward pass. The paper tunes T per data set.

    Attributes:
        temperature: T; a higher one evens the weights out.
    """

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "Kirchdorfer et al. 2025, arXiv 2408.07985"

    temperature: Positive = 1.0

    @override
    def weights(self, observation: Observation) -> FloatArray:
        return softmax(1.0 / (positive_losses(observation) * self.temperature))
