"""The geometric mean of the task losses."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.observed import positive_losses
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme


@SCHEMES.register
@final
@dataclass(frozen=True)
class Geometric(StatelessScheme):
    """The gradient of the geometric mean of the losses: w = (∏L)^(1/K) / (K L).

    Chennupati, Sistu, Yogamani and Rawashdeh 2019 (GLS, arXiv 1904.08492).
    """

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "Chennupati et al. 2019, arXiv 1904.08492"
    degree: ClassVar[float | None] = 0.0

    @override
    def weights(self, observation: Observation) -> FloatArray:
        log_losses = np.log(positive_losses(observation))
        return np.asarray(np.exp(log_losses.mean() - log_losses) / len(log_losses))
