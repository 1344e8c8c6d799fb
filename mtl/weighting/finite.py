"""Numbers that are not finite: no scheme is given one, and none leaves a scheme."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mtl.errors import TrainingDivergedError
from mtl.weighting.scheme import FloatArray, Observation

LARGEST_WEIGHT = float(np.finfo(np.float32).max)
"""Gradients are weighed in float32: a larger weight is infinite there."""

ADVICE = "lower training.learning_rate"


def refuse_infinite_observation(observation: Observation, tasks: Sequence[str]) -> None:
    """Hold an observation of tasks that are all present to finite losses and gradients.

    Raises:
        TrainingDivergedError: with the names of the tasks.
    """
    if not np.isfinite(observation.losses).all():
        raise _diverged("training loss", ~np.isfinite(observation.losses), tasks)
    gramian, after = observation.gramian, observation.losses_after
    if gramian is not None and not np.isfinite(gramian).all():
        raise _diverged("gradient", _without_finite_products(gramian), tasks)
    if after is not None and np.isinf(after).any():
        raise _diverged("training loss after the step", np.isinf(after), tasks)


def refuse_infinite_weights(weights: FloatArray, tasks: Sequence[str]) -> None:
    """Hold what a scheme returned, one weight per task, to numbers that float32 can hold.

    Raises:
        TrainingDivergedError: with the names of the tasks.
    """
    held = np.abs(weights) <= LARGEST_WEIGHT
    if not held.all():
        raise _diverged("weight", ~held, tasks)


def _without_finite_products(gramian: FloatArray) -> NDArray[np.bool_]:
    """The tasks whose own squared norm is not finite; every task of a product that is not, if all norms are."""
    own = ~np.isfinite(gramian.diagonal())
    return own if own.any() else np.asarray(~np.isfinite(gramian).all(axis=1))


def _diverged(what: str, guilty: NDArray[np.bool_], tasks: Sequence[str]) -> TrainingDivergedError:
    named = ", ".join(task for task, is_guilty in zip(tasks, guilty, strict=True) if is_guilty)
    return TrainingDivergedError(f"the {what} of {named} is NaN or infinite; {ADVICE}")
