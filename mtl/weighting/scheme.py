"""The contract of a weighting scheme.

A scheme is a frozen dataclass of hyperparameters. It is pure: the same observation and state give the same weights
and the same next state. Whatever it must remember lives in its state, which the checkpoint stores.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, TypeAlias, final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

FloatArray: TypeAlias = NDArray[np.float64]
State: TypeAlias = dict[str, FloatArray]
"""Named float64 arrays. Every axis of a state array is a task axis (length K); what is not per task is 0-dimensional.

The shapes carry the meaning of an absent task: `mtl.weighting.presence` cuts every task axis down to the tasks of the
batch. A hyperparameter with one value per task therefore goes into the state at `init`.
"""


class Needs(Enum):
    """What the training step must compute before it can ask for weights."""

    LOSSES = "losses"
    LOSSES_AFTER_STEP = "losses after the step"
    GRAMIAN = "gramian"


@dataclass(frozen=True)
class Observation:
    """What a scheme sees at one training step: finite numbers, for `mtl.weighting.presence` refuses others.

    Attributes:
        losses: task losses of this batch, shape [K], each the mean over the observed labels of its task.
        gramian: G = J Jᵀ of the task gradients, shape [K, K]; None unless the scheme needs it.
        losses_after: losses of the *previous* batch computed again after the previous update, shape [K], NaN for
            a task that was absent from that batch; None at the first step and unless the scheme needs it.
        epoch: zero-based epoch of this step.
    """

    losses: FloatArray
    gramian: FloatArray | None
    losses_after: FloatArray | None
    epoch: int


class Scheme(ABC):
    """A rule that turns losses, and if it needs it the Gramian of the task gradients, into weights.

    The class variables are what a scheme promises; the property tests hold every scheme of the catalog to them.

    Attributes:
        needs: what the training step must compute; known before training.
        paper: where the scheme comes from.
        equivariant: permuting the tasks permutes the weights.
        degree: multiplying every loss by a > 0 (hence every gradient by a and G by a²) multiplies the weights by
            a to this power, at the default hyperparameters; None: there is no such power.
        non_conflicting: the direction d = Jᵀw increases no task loss to first order: G w ≥ 0.
    """

    needs: ClassVar[Needs]
    paper: ClassVar[str]
    equivariant: ClassVar[bool] = True
    degree: ClassVar[float | None] = None
    non_conflicting: ClassVar[bool] = False

    @abstractmethod
    def init(self, num_tasks: int, seed: int) -> State:
        """The state before the first step, for `num_tasks` tasks; `seed` is for the randomised schemes."""

    @abstractmethod
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        """Weights of shape [K] for this step, and the next state; neither argument is changed."""


class StatelessScheme(Scheme):
    """A scheme whose weights follow from the observation alone."""

    @abstractmethod
    def weights(self, observation: Observation) -> FloatArray:
        """Weights of shape [K] for this step."""

    @final
    @override
    def init(self, num_tasks: int, seed: int) -> State:
        return {}

    @final
    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        return self.weights(observation), state
