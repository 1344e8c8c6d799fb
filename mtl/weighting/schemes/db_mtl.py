"""Dual-balancing multi-task learning."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.observed import positive_losses, unit_gramian
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme


@SCHEMES.register
@final
@dataclass(frozen=True)
class DbMtl(StatelessScheme):
    """Log losses whose gradients all get the length of the longest: w = (max n′/n′)/L, n′ = n/L.

    Lin et al. 2023 (DB-MTL, arXiv 2308.12029) without its running mean of the gradients (β = 0), which is not a
    function of G. n are the gradient norms, n′ those of the log losses; the weighted gradients all have length
    max n′. A task without a gradient gets weight 0.
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Lin et al. 2023, arXiv 2308.12029"
    degree: ClassVar[float | None] = -1.0

    @override
    def weights(self, observation: Observation) -> FloatArray:
        unit = unit_gramian(observation)
        longest = (unit.norms / positive_losses(observation)).max()
        return np.asarray(longest * unit.inverse_norms)
