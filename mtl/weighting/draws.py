"""Random numbers of a step, from the seed and the step count alone."""

import numpy as np

from mtl.weighting.base import State


def draw_state(seed: int) -> State:
    """The state of a randomised scheme before its first step."""
    return {"seed": np.array(float(seed)), "step": np.array(0.0)}


def draw(state: State) -> tuple[np.random.Generator, State]:
    """The generator of this step, and the state of the next one."""
    # The step fills the upper half of the 256-bit counter: streams of different steps never meet.
    philox = np.random.Philox(key=int(state["seed"]), counter=int(state["step"]) << 128)
    return np.random.Generator(philox), {**state, "step": np.asarray(state["step"] + 1.0)}


def random_orders(generator: np.random.Generator, num_tasks: int) -> np.ndarray[tuple[int, int], np.dtype[np.intp]]:
    """For each task the other tasks in random order, shape [K, K − 1]."""
    keys = generator.random((num_tasks, num_tasks))
    np.fill_diagonal(keys, 2.0)
    return keys.argsort(axis=1)[:, :-1]
