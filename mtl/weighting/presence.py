"""Weights for a batch in which some tasks have no label."""

import numpy as np
from numpy.typing import NDArray

from mtl.weighting.scheme import FloatArray, Observation, Scheme, State


def weigh_present(
    scheme: Scheme, observation: Observation, state: State, present: NDArray[np.bool_]
) -> tuple[FloatArray, State]:
    """Weights [K] and the next state when only the tasks marked in `present` [K] have a label in the batch.

    The scheme sees a problem of the present tasks alone. An absent task gets weight 0 and keeps its part of the
    state; the 0-dimensional state advances. What the observation says of absent tasks is not read. With no task
    present the weights are zero and the state stands still.
    """
    if present.all():
        return scheme.weigh(observation, state)
    tasks = np.flatnonzero(present)
    weights = np.zeros(len(present))
    if tasks.size == 0:
        return weights, state
    cut = {name: _cut(values, tasks) for name, values in state.items()}
    weights[tasks], advanced = scheme.weigh(_restrict(observation, tasks), cut)
    return weights, {name: _merge(state[name], values, tasks) for name, values in advanced.items()}


def _restrict(observation: Observation, tasks: NDArray[np.intp]) -> Observation:
    gramian, losses_after = observation.gramian, observation.losses_after
    return Observation(
        losses=observation.losses[tasks],
        gramian=None if gramian is None else _cut(gramian, tasks),
        losses_after=None if losses_after is None else losses_after[tasks],
        epoch=observation.epoch,
    )


def _cut(values: FloatArray, tasks: NDArray[np.intp]) -> FloatArray:
    """The part of an array, all of whose axes are task axes, that belongs to `tasks`."""
    return values[np.ix_(*[tasks] * values.ndim)] if values.ndim else values


def _merge(held: FloatArray, advanced: FloatArray, tasks: NDArray[np.intp]) -> FloatArray:
    """`held` with the part that belongs to `tasks` replaced by `advanced`."""
    if held.ndim == 0:
        return advanced
    merged = held.copy()
    merged[np.ix_(*[tasks] * held.ndim)] = advanced
    return merged
