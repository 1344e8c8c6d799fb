"""Aligned-MTL."""

from dataclasses import dataclass
from typing import ClassVar, Literal, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.observed import gradient_norms, gramian_of
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme
from mtl.weighting.spectrum import nonzero_spectrum


@SCHEMES.register
@final
@dataclass(frozen=True)
class Aligned(StatelessScheme):
    """The gradients made orthogonal and equally long, as close to the given as can be: w = √λ_min V Λ^(−½) Vᵀ 1/K.

    Senushkin et al. 2023 (Aligned-MTL, arXiv 2305.19000). G = VΛVᵀ over the eigenvalues that are more than rounding;
    the common length is √λ_min. Without any gradient w = 1/K.

    Attributes:
        scale: whose square root is the common length: the smallest eigenvalue ("min", the paper's), the median one
            ("median") or their mean ("rmse", the official code's first version).
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Senushkin et al. 2023, arXiv 2305.19000"
    degree: ClassVar[float | None] = 0.0

    scale: Literal["min", "median", "rmse"] = "min"

    @override
    def weights(self, observation: Observation) -> FloatArray:
        gramian = gramian_of(observation)
        num_tasks, longest = len(gramian), gradient_norms(gramian).max()
        if longest == 0.0:
            return np.full(num_tasks, 1.0 / num_tasks)
        eigenvalues, eigenvectors = nonzero_spectrum(gramian / longest / longest)
        mean = eigenvectors.sum(axis=0) / num_tasks
        return np.asarray(eigenvectors @ (mean * np.sqrt(self._square(eigenvalues) / eigenvalues)))

    def _square(self, eigenvalues: FloatArray) -> float:
        """The squared common length."""
        if self.scale == "min":
            return float(eigenvalues[0])
        if self.scale == "median":
            return float(eigenvalues[(len(eigenvalues) - 1) // 2])
        return float(eigenvalues.mean())
