"""Weights for one batch: of the tasks that have a label in it, from finite numbers to finite numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mtl.weighting.finite import refuse_infinite_observation, refuse_infinite_weights
from mtl.weighting.scheme import FloatArray, Observation, Scheme, State


def weigh_present(
    scheme: Scheme, observation: Observation, state: State, present: NDArray[np.bool_], tasks: Sequence[str]
) -> tuple[FloatArray, State]:
    """Weights [K] and the next state when only the tasks marked in `present` [K] have a label in the batch.

    The scheme sees a problem of the present tasks alone. An absent task gets weight 0 and keeps its part of the
    state; the 0-dimensional state advances. What the observation says of absent tasks is not read. With no task
    present the weights are zero and the state stands still. `tasks`: the names of all K, for messages.

    Raises:
        TrainingDivergedError: a loss, gradient or weight of a present task is NaN or infinite.
    """
    if present.all():
        return _weigh(scheme, observation, state, tasks)
    positions = np.flatnonzero(present)
    weights = np.zeros(len(present))
    if positions.size == 0:
        return weights, state
    cut = {name: _cut(values, positions) for name, values in state.items()}
    named = [task for task, is_present in zip(tasks, present, strict=True) if is_present]
    weights[positions], advanced = _weigh(scheme, _restrict(observation, positions), cut, named)
    return weights, {name: _merge(state[name], values, positions) for name, values in advanced.items()}


def _weigh(scheme: Scheme, observation: Observation, state: State, tasks: Sequence[str]) -> tuple[FloatArray, State]:
    refuse_infinite_observation(observation, tasks)
    weights, advanced = scheme.weigh(observation, state)
    refuse_infinite_weights(weights, tasks)
    return weights, advanced


def _restrict(observation: Observation, positions: NDArray[np.intp]) -> Observation:
    gramian, losses_after = observation.gramian, observation.losses_after
    return Observation(
        losses=observation.losses[positions],
        gramian=None if gramian is None else _cut(gramian, positions),
        losses_after=None if losses_after is None else losses_after[positions],
        epoch=observation.epoch,
    )


def _cut(values: FloatArray, positions: NDArray[np.intp]) -> FloatArray:
    """The part of an array, all of whose axes are task axes, that belongs to the tasks at `positions`."""
    return values[np.ix_(*[positions] * values.ndim)] if values.ndim else values


def _merge(held: FloatArray, advanced: FloatArray, positions: NDArray[np.intp]) -> FloatArray:
    """`held` with the part that belongs to the tasks at `positions` replaced by `advanced`."""
    if held.ndim == 0:
        return advanced
    merged = held.copy()
    merged[np.ix_(*[positions] * held.ndim)] = advanced
    return merged
