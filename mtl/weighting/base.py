"""The contract of a weighting scheme.

A scheme is a frozen dataclass of hyperparameters. It is pure: the same observation and state give the same weights
and the same next state. Whatever it must remember lives in its state, which the checkpoint stores.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
State: TypeAlias = dict[str, FloatArray]
"""Named float64 arrays. Every axis of a state array is a task axis (length K); what is not per task is 0-dimensional."""


class Needs(Enum):
    """What the training step must compute before it can ask for weights."""

    LOSSES = "losses"
    GRAMIAN = "gramian"
    LOSSES_AFTER_STEP = "losses after the step"


@dataclass(frozen=True)
class Observation:
    """What a scheme sees at one training step.

    Attributes:
        losses: task losses of this batch, shape [K], each the mean over the observed labels of its task.
        gramian: G = J Jᵀ of the task gradients, shape [K, K]; None unless the scheme needs it.
        losses_after: losses of the *previous* batch computed again after the previous update, shape [K];
            None at the first step and unless the scheme needs it.
        epoch: zero-based epoch of this step.
    """

    losses: FloatArray
    gramian: FloatArray | None
    losses_after: FloatArray | None
    epoch: int


@runtime_checkable
class Scheme(Protocol):
    """A rule that turns losses, and if it needs it the Gramian of the task gradients, into weights."""

    @property
    def needs(self) -> Needs:
        """What the training step must compute; known before training."""
        ...

    def init(self, num_tasks: int, seed: int) -> State:
        """The state before the first step, for `num_tasks` tasks; `seed` is for the randomised schemes."""
        ...

    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        """Weights of shape [K] for this step, and the next state."""
        ...
