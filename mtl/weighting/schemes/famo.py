"""Fast adaptive multitask optimisation."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from typing_extensions import override

from mtl.extensions import SCHEMES
from mtl.options import NonNegative, Positive
from mtl.weighting.adam import adam_state, adam_update
from mtl.weighting.observed import LOSS_RANGE, positive_losses, softmax
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State

EPSILON = 1e-8


@SCHEMES.register
@final
@dataclass(frozen=True)
class Famo(Scheme):
    """Equal rates of decrease of all log losses, from losses alone: w ∝ z/(L + ε), z = softmax ξ, Σw = 1.

    Liu, Feng, Stone and Liu 2023 (arXiv 2306.03792). After the update of the network the losses of the same batch
    are taken again; with δ = log(L + ε) − log(L_after + ε) the logits ξ take an Adam step along
    (∂z/∂ξ)ᵀδ + decay · ξ, so that a task that gained more than the others loses weight. The lower bounds of the
    losses are 0, ε = 1e-8. The official code has a decay of 1e-5; 1e-3 is the paper's.

    A task counts in the update if it was in the previous batch and is in this one; the logits of others stand still.

    Attributes:
        learning_rate: step size of Adam on ξ.
        decay: how strongly ξ is pulled to 0.
    """

    needs: ClassVar[Needs] = Needs.LOSSES_AFTER_STEP
    paper: ClassVar[str] = "Liu et al. 2023, arXiv 2306.03792"

    learning_rate: Positive = 0.025
    decay: NonNegative = 1e-3

    @override
    def init(self, num_tasks: int, seed: int) -> State:
        return {**adam_state(np.zeros(num_tasks)), "previous_losses": np.full(num_tasks, np.nan)}

    @override
    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        losses = positive_losses(observation)
        if observation.losses_after is not None:
            state = self._learn(observation.losses_after, state)
        shares = softmax(state["parameter"]) / (losses + EPSILON)
        return shares / shares.sum(), {**state, "previous_losses": losses}

    def _learn(self, losses_after: FloatArray, state: State) -> State:
        """One Adam step on the logits of the tasks whose decrease over the last update is known."""
        known = ~np.isnan(losses_after) & ~np.isnan(state["previous_losses"])
        if not known.any():
            return state
        before, after = state["previous_losses"][known], np.clip(losses_after[known], *LOSS_RANGE)
        decrease = np.log((before + EPSILON) / (after + EPSILON))
        logits = state["parameter"][known]
        z = softmax(logits)
        gradient = z * (decrease - z @ decrease) + self.decay * logits
        stepped = adam_update({name: values[known] for name, values in state.items()}, gradient, self.learning_rate)
        advanced = {name: values.copy() for name, values in state.items()}
        for name, values in stepped.items():
            advanced[name][known] = values
        return advanced
