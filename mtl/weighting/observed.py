"""Readings of an observation: positive losses, the Gramian, gradient norms and cosines.

Gradient norms of tasks differ by orders of magnitude, and G squares the difference. The solvers therefore work on
the cosines C = D⁻¹GD⁻¹, D = diag(norms), with u = Dw in place of w: Jᵀw is unchanged, C has a unit diagonal.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtl.errors import SpecError
from mtl.weighting.scheme import FloatArray, Observation

NEGLIGIBLE_NORM = 1e-30
"""A gradient below this norm moves no float32 parameter; dividing by it would overflow float32."""

LOSS_RANGE = (1e-12, 1e20)
"""Where a scheme divides by a loss or takes its logarithm, the loss is held inside this range."""


class UnitGramian(NamedTuple):
    """The Gramian of the task gradients divided by their norms.

    Attributes:
        cosines: C = D⁻¹GD⁻¹, shape [K, K]; a task without a gradient has the row and column of the identity.
        norms: gradient norms, shape [K], 0 for a task without a gradient.
        inverse_norms: 1/norms, shape [K], 0 for a task without a gradient.
    """

    cosines: FloatArray
    norms: FloatArray
    inverse_norms: FloatArray

    @property
    def active(self) -> NDArray[np.bool_]:
        """Which tasks have a gradient, shape [K]."""
        return self.norms > 0.0


def positive_losses(observation: Observation) -> FloatArray:
    """The losses inside LOSS_RANGE, for schemes that divide by them or take their logarithm."""
    losses = observation.losses
    if losses.min() < 0.0:
        raise SpecError(
            f"this scheme needs losses that are never negative, got {losses.tolist()}; choose another scheme or loss"
        )
    return np.clip(losses, *LOSS_RANGE)


def gramian_of(observation: Observation) -> FloatArray:
    """The Gramian of an observation that has one."""
    if observation.gramian is None:
        raise ValueError("this scheme needs the Gramian of the task gradients, the observation has none")
    return observation.gramian


def gradient_norms(gramian: FloatArray) -> FloatArray:
    """Gradient norms, shape [K], 0 where negligible."""
    norms = np.sqrt(gramian.diagonal())
    norms[norms < NEGLIGIBLE_NORM] = 0.0
    return norms


def unit_gramian(observation: Observation) -> UnitGramian:
    """Cosines and norms of the task gradients."""
    gramian = gramian_of(observation)
    norms = gradient_norms(gramian)
    inverse_norms = 1.0 / norms if norms.all() else np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0.0)
    cosines = gramian * inverse_norms * inverse_norms[:, None]
    cosines.flat[:: len(norms) + 1] = 1.0
    return UnitGramian(cosines, norms, inverse_norms)


def softmax(logits: FloatArray) -> FloatArray:
    """The softmax over all tasks."""
    exponentials = np.exp(logits - logits.max())
    return np.asarray(exponentials / exponentials.sum())
