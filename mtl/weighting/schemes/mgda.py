"""The multiple-gradient descent algorithm."""

from dataclasses import dataclass
from typing import ClassVar, Literal, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.weighting.observed import UnitGramian, positive_losses, unit_gramian
from mtl.weighting.quadratic import nonnegative_minimum, positive_definite
from mtl.weighting.scheme import FloatArray, Needs, Observation, StatelessScheme


@SCHEMES.register
@final
@dataclass(frozen=True)
class Mgda(StatelessScheme):
    """The shortest convex combination of the task gradients: w = argmin wᵀGw over the simplex.

    Désidéri 2012; Sener and Koltun 2018 (arXiv 1810.04650). The direction d = Jᵀw lowers every loss unless d = 0,
    which is Pareto stationarity; a task whose gradient is zero is such a point. On the gradients of the shared
    representation it is MGDA-UB. With a normaliser c each gradient is divided by cᵢ first: the problem is solved on
    G/(ccᵀ) and the weights are w/c.

    Solved exactly, not by Frank-Wolfe: with x ≥ 0 of any sum, argmin ½xᵀ(G + ρ11ᵀ)x − ρ1ᵀx is a multiple of w.
    Departure: the official code solves on the divided gradients but applies w, not w/c.

    Attributes:
        normaliser: c = 1 ("none"), the gradient norm ("l2"), the loss ("loss") or their product ("loss+").
    """

    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "Désidéri 2012; Sener and Koltun 2018, arXiv 1810.04650"
    degree: ClassVar[float | None] = 0.0
    non_conflicting: ClassVar[bool] = True

    normaliser: Literal["none", "l2", "loss", "loss+"] = "none"

    @override
    def weights(self, observation: Observation) -> FloatArray:
        unit = unit_gramian(observation)
        if not unit.active.all():
            return ~unit.active / np.count_nonzero(~unit.active)
        divisors = self._divisors(observation, unit)
        return shortest_combination(unit.cosines, divisors * unit.inverse_norms) / divisors

    def _divisors(self, observation: Observation, unit: UnitGramian) -> FloatArray:
        """The normaliser c, shape [K]."""
        if self.normaliser == "none":
            return np.ones_like(unit.norms)
        if self.normaliser == "l2":
            return unit.norms
        losses = positive_losses(observation)
        return losses if self.normaliser == "loss" else losses * unit.norms


def shortest_combination(cosines: FloatArray, inverse_norms: FloatArray) -> FloatArray:
    """The simplex weights of the shortest convex combination of vectors, from their cosines and inverse norms.

    In u = w · norms, with the rank-one term scaled by the shortest vector, the problem keeps a unit diagonal however
    much the norms differ.
    """
    h = inverse_norms / inverse_norms.max()
    u = nonnegative_minimum(positive_definite(cosines) + np.outer(h, h), -h[None])[0]
    return np.asarray(u * h / (u @ h))
