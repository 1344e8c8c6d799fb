"""The sum of the task losses."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme


@SCHEMES.register
@final
@dataclass(frozen=True)
class Equal(StatelessScheme):
    """The sum of the task losses: w = 1.

    The reference against which every other scheme is judged. Also called linear scalarisation.
    """

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "–"
    degree: ClassVar[float | None] = 0.0

    @override
    def weights(self, observation: Observation) -> FloatArray:
        return np.ones(len(observation.losses))
