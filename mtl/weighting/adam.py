"""Adam on a per-task parameter that a scheme learns, its moments being part of the scheme's state.

Kingma and Ba 2015 (arXiv 1412.6980), with β₁ = 0.9, β₂ = 0.999, ε = 1e-8. The step count is kept per task, so that a
task absent from a batch misses that step and no other.
"""

import numpy as np

from mtl.weighting.scheme import FloatArray, State

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def adam_state(initial: FloatArray) -> State:
    """The state of one learned per-task parameter, named `parameter`, before the first update."""
    zeros = np.zeros_like(initial)
    return {"parameter": initial, "adam_mean": zeros, "adam_square": zeros, "adam_steps": zeros}


def adam_update(state: State, gradient: FloatArray, learning_rate: float) -> State:
    """The state after one descent step along `gradient`, shape [K]; the other entries of `state` are kept."""
    # A gradient beyond this would overflow when squared; Adam's step is the same for any large gradient.
    gradient = np.clip(gradient, -1e100, 1e100)
    steps = state["adam_steps"] + 1.0
    mean = BETA1 * state["adam_mean"] + (1.0 - BETA1) * gradient
    square = BETA2 * state["adam_square"] + (1.0 - BETA2) * gradient**2
    unbiased = mean / (1.0 - BETA1**steps)
    deviation = np.sqrt(square / (1.0 - BETA2**steps)) + EPSILON
    parameter = state["parameter"] - learning_rate * unbiased / deviation
    return {**state, "parameter": parameter, "adam_mean": mean, "adam_square": square, "adam_steps": steps}
