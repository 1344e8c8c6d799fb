"""The sum of the logarithms of the task losses."""

from dataclasses import dataclass
from typing import ClassVar, final

from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.observed import positive_losses
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme


@SCHEMES.register
@final
@dataclass(frozen=True)
class ScaleInvariant(StatelessScheme):
    """The gradient of Σ log L: w = 1/L.

    The unit of a loss does not matter: a loss multiplied by a constant has the same weighted gradient.
    """

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "–"
    degree: ClassVar[float | None] = -1.0

    @override
    def weights(self, observation: Observation) -> FloatArray:
        return 1.0 / positive_losses(observation)
