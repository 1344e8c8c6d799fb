"""How many labels or seeds would find a true gain, from how the variances of rows and of seeds go with their numbers.

The difference of two ways of training has the variance SE² n/n′ + (s₁² + s₂²)/m on n′ labels with m seeds. It is found
with the probability that a normal around the gain exceeds what the gate asks, on all tasks together. For a gain of
three standard errors that gives 81, 62 and 27 % at spreads of 0, 1 and 2 with three seeds, where whole decisions, in
simulation, find 77, 61 and 34 %.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np
from scipy.special import ndtr

from mtl.evaluation.procedure_difference import critical_value, satterthwaite_degrees
from mtl.gate_trials.gate_shape import TaskShape
from mtl.gate_trials.gate_simulation import DecisionShape

Number = TypeVar("Number", int, float)

POWER, GAIN = 0.8, 0.02
MOST_SEEDS, MOST_TIMES = 100, 1000.0
"""What a spec may ask for, and labels that nobody has."""

TOGETHER, MOST_TIMES_TOGETHER = (5, 10, 20, 50, 100), 10.0
"""Seeds that labels are combined with, the fewest that take no more than so many times the labels."""


def power(shape: DecisionShape, gain: float, times: float = 1.0, seeds: int | None = None) -> float:
    """The probability that a gain on every task, by a share of its metric, is found on all of them.

    Args:
        shape: of the decisions.
        gain: share of each metric.
        times: as many labels as there are.
        seeds: fresh ones; absent: the policy's.
    """
    fresh = seeds or shape.policy.confirmation
    return float(np.prod([_on_task(each, shape, gain, times, fresh) for each in shape.tasks]))


def labels_needed(shape: DecisionShape, seeds: int | None = None) -> float | None:
    """How many times the labels find a gain of `GAIN` with probability `POWER`; None where no number does.

    `seeds`: fresh ones; absent: the policy's, whose spread no number of labels makes smaller.
    """
    tried = np.unique(np.concatenate([np.arange(1.0, 10.0, 0.1), np.geomspace(10.0, MOST_TIMES, 200)]).round(1))
    return _first(tried.tolist(), lambda times: power(shape, GAIN, times, seeds))


def seeds_needed(shape: DecisionShape) -> int | None:
    """How many fresh seeds do, likewise."""
    return _first(range(shape.policy.confirmation, MOST_SEEDS + 1), lambda seeds: power(shape, GAIN, seeds=seeds))


def both_needed(shape: DecisionShape) -> tuple[float, int] | None:
    """How many times the labels and how many fresh seeds do together; None where none in reach do."""
    for seeds in TOGETHER:
        times = labels_needed(shape, seeds)
        if times is not None and times <= MOST_TIMES_TOGETHER:
            return times, seeds
    return None


def _first(tried: Iterable[Number], power_of: Callable[[Number], float]) -> Number | None:
    return next((each for each in tried if power_of(each) >= POWER), None)


def _on_task(task: TaskShape, shape: DecisionShape, gain: float, times: float, seeds: int) -> float:
    units = max(2, round(task.units * times))
    variances = [task.rows_error**2 / times, *(spread**2 / seeds for spread in task.spread)]
    degrees = [units - 1, seeds - 1, seeds - 1 if task.draws else 0]
    total = sum(variances)
    freedom = satterthwaite_degrees(variances, degrees)
    asked = critical_value(shape.granted.level, variances[0] / total, (units - 1, degrees[1] + degrees[2]), freedom)
    reached = gain * abs(task.value) - shape.policy.margin
    return float(ndtr(reached / np.sqrt(total) - asked))
