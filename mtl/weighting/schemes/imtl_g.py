"""IMTL-G, the gradient balance of impartial multi-task learning."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.observed import UnitGramian, unit_gramian
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme
from mtl.weighting.spectrum import nonzero_spectrum, pseudo_solve

CANCELS = 1e-12


@SCHEMES.register
@final
@dataclass(frozen=True)
class ImtlG(StatelessScheme):
    """The direction with equal projections on all unit gradients: w = v/Σv, v = G⁺n.

    Liu et al. 2021 (Towards Impartial Multi-task Learning, ICLR), the gradient balance, in the form of Quinton and
    Rey 2024 (arXiv 2406.16232), which allows for linearly dependent gradients. n are the gradient norms. Weights may
    be negative, and with Σv < 0 the direction opposes every task, as in the paper. Where Σv vanishes no weights of
    sum 1 exist and w = 0.
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Liu et al. 2021, ICLR"
    degree: ClassVar[float | None] = 0.0

    @override
    def weights(self, observation: Observation) -> FloatArray:
        v = _equal_projections(unit_gramian(observation))
        total = v.sum()
        return np.zeros_like(v) if abs(total) <= CANCELS * np.abs(v).sum() else v / total


def _equal_projections(unit: UnitGramian) -> FloatArray:
    """v = G⁺n up to a factor, 0 for a task without a gradient."""
    eigenvalues, eigenvectors = nonzero_spectrum(unit.cosines)
    if len(eigenvalues) < len(unit.norms):
        norms = unit.norms / unit.norms.max()
        return pseudo_solve(unit.cosines * norms * norms[:, None], norms)
    # Independent gradients: G⁻¹n = D⁻¹C⁻¹1, D = diag n, is exact however much the norms differ.
    # A task without a gradient stands apart in C, and its inverse norm is 0.
    u = eigenvectors @ (eigenvectors.sum(axis=0) / eigenvalues)
    return np.asarray(u * unit.inverse_norms)
