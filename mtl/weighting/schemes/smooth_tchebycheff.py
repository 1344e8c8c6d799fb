"""Smooth Tchebycheff scalarisation."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.options import Count, Positive
from mtl.weighting.observed import positive_losses, softmax
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State


@SCHEMES.register
@final
@dataclass(frozen=True)
class SmoothTchebycheff(Scheme):
    """The gradient of a smooth maximum of log losses over their nadir: w = K softmax(f/μ)/L, f = log(L/L_nadir).

    Lin et al. 2024 (STCH, arXiv 2402.19078), with equal preferences. The scalarisation is μ log Σ exp(f/μ), times K
    as in the official code; softmax(f/μ) is its gradient by f and 1/L that of f by L. During warm-up the objective
    is Σ f, so w = 1/L; the nadir of a task is its mean loss over the last warm-up epoch.

    Departures: the official code takes 4 epochs of warm-up and measures the nadir in the fifth, out of hundreds; here
    the last of 2 measures it. A task without a label in that epoch takes the loss at hand for its nadir, f = 0.

    Attributes:
        mu: μ, the smoothing; towards 0 only the worst task counts.
        warmup_epochs: epochs of Σ f, the last of which measures the nadir.
    """

    needs: ClassVar[Needs] = Needs.LOSSES
    paper: ClassVar[str] = "Lin et al. 2024, arXiv 2402.19078"
    degree: ClassVar[float | None] = -1.0

    mu: Positive = 1.0
    warmup_epochs: Count = 2

    @override
    def init(self, num_tasks: int, seed: int) -> State:
        return {"nadir_total": np.zeros(num_tasks), "nadir_batches": np.zeros(num_tasks)}

    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        losses = positive_losses(observation)
        total, batches = state["nadir_total"], state["nadir_batches"]
        if observation.epoch < self.warmup_epochs:
            if observation.epoch == self.warmup_epochs - 1:
                state = {"nadir_total": total + losses, "nadir_batches": batches + 1.0}
            return 1.0 / losses, state
        nadir = np.where(batches > 0.0, total / np.maximum(batches, 1.0), losses)
        return len(losses) * softmax(np.log(losses / nadir) / self.mu) / losses, state
