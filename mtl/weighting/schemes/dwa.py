"""Dynamic weight average."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.options import Positive
from mtl.weighting.observed import positive_losses, softmax
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State

UNSEEN = -1.0
"""The epoch of a task that no batch had yet; it ends with a mean of 0, which stands for unknown."""


@SCHEMES.register
@final
@dataclass(frozen=True)
class Dwa(Scheme):
    """More weight for a loss that falls slowly: w = K softmax(r/T), r = L(t−1)/L(t−2) over epoch means.

    Liu, Johns and Davison 2019 (arXiv 1803.10704). L(t−1) and L(t−2) are the mean losses of the two epochs before
    this one; r = 1 for a task without two such means, hence w = 1 in the first two epochs.

    Attributes:
        temperature: T; a higher one evens the weights out.
    """

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "Liu, Johns and Davison 2019, arXiv 1803.10704"
    degree: ClassVar[float | None] = 0.0

    temperature: Positive = 2.0

    @override
    def init(self, num_tasks: int, seed: int) -> State:
        zeros = np.zeros(num_tasks)
        # The epoch is kept per task: a task may be absent from the first batches of an epoch.
        epoch = np.full(num_tasks, UNSEEN)
        return {"epoch": epoch, "total": zeros, "batches": zeros, "previous": zeros, "before_previous": zeros}

    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        losses = positive_losses(observation)
        begins = state["epoch"] != observation.epoch
        if begins.any():
            state = _begin_epoch(state, begins, observation.epoch)
        advanced = {**state, "total": state["total"] + losses, "batches": state["batches"] + 1.0}
        known = state["before_previous"] > 0.0
        ratios = np.where(known, state["previous"] / np.where(known, state["before_previous"], 1.0), 1.0)
        return len(losses) * softmax(ratios / self.temperature), advanced


def _begin_epoch(state: State, begins: np.ndarray[tuple[int], np.dtype[np.bool_]], epoch: int) -> State:
    """The mean of the epoch that ended becomes the previous one, for the tasks that see the new epoch first now."""
    mean = state["total"] / np.maximum(state["batches"], 1.0)
    return {
        "epoch": np.where(begins, float(epoch), state["epoch"]),
        "total": np.where(begins, 0.0, state["total"]),
        "batches": np.where(begins, 0.0, state["batches"]),
        "previous": np.where(begins, mean, state["previous"]),
        "before_previous": np.where(begins, state["previous"], state["before_previous"]),
    }
