"""Families of task gradients, and observations built from them."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from mtl.extensions import SCHEMES
from mtl.options import PER_TASK, make, settable
from mtl.weighting.scheme import FloatArray, Observation, Scheme, State

GENERIC = ("random", "correlated", "conflicting", "scaled")
"""Families with linearly independent gradients."""

DEGENERATE = ("rank deficient", "identical", "opposite", "no gradient", "one without gradient", "huge", "tiny")

Variant: TypeAlias = tuple[str, dict[str, object]]

VARIANTS: Sequence[Variant] = (
    *((name, {}) for name in SCHEMES.names),
    ("mgda", {"normaliser": "l2"}),
    ("mgda", {"normaliser": "loss"}),
    ("mgda", {"normaliser": "loss+"}),
    ("aligned", {"scale": "median"}),
    ("aligned", {"scale": "rmse"}),
    ("fairgrad", {"alpha": 0.5}),
    ("cagrad", {"c": 0.9}),
    ("gradvac", {"beta": 0.5}),
    ("smooth_tchebycheff", {"warmup_epochs": 1, "mu": 0.1}),
)
"""Every scheme with its defaults, then with hyperparameters that take another path."""

LABELS = [" ".join([name, *map(str, options.values())]) for name, options in VARIANTS]


def scheme_for(variant: Variant, num_tasks: int) -> Scheme:
    name, options = variant
    tasks = [f"task{i}" for i in range(num_tasks)]
    return scheme_of_tasks(name, tasks, [i % 3 for i in range(num_tasks)], options)


def scheme_of_tasks(
    name: str, tasks: Sequence[str], depths: Sequence[int], options: Mapping[str, object] | None = None
) -> Scheme:
    """A scheme of the catalog; where it must be told a value for each task, that is 0.5, 1.5, …"""
    kind = SCHEMES.get(name)
    by_task = {task: 0.5 + i for i, task in enumerate(tasks)}
    told = {option.name: by_task for option in settable(kind) if option.metadata == PER_TASK}
    return make(kind, {**told, **(options or {})}, tasks, depths)


def gradients(family: str, num_tasks: int, seed: int) -> FloatArray:
    """A Jacobian [K, n] of the family."""
    rng = np.random.default_rng(seed)
    J = rng.standard_normal((num_tasks, 2 * num_tasks + 2))
    common = rng.standard_normal(2 * num_tasks + 2)
    signs, exponents = rng.choice([-1.0, 1.0], size=(num_tasks, 1)), rng.uniform(-8.0, 8.0, size=(num_tasks, 1))
    without_one = J * (np.arange(num_tasks) != rng.integers(num_tasks))[:, None]
    families: dict[str, FloatArray] = {
        "random": J,
        "correlated": 0.3 * J + common,
        "conflicting": 0.3 * J + signs * common,
        "scaled": J * 10.0**exponents,
        "rank deficient": J[:, : max(1, num_tasks // 2)],
        "identical": np.tile(common, (num_tasks, 1)),
        "opposite": np.resize([1.0, -1.0], (num_tasks, 1)) * common,
        "no gradient": 0.0 * J,
        "one without gradient": without_one,
        "huge": 1e80 * J,
        "tiny": 1e-25 * J,
    }
    return families[family]


def observe(J: FloatArray, seed: int, epoch: int = 0, first: bool = False) -> Observation:
    """An observation with the Gramian of J and random losses."""
    rng = np.random.default_rng([seed, epoch])
    losses = 10.0 ** rng.uniform(-2.0, 1.0, size=len(J))
    after = None if first else losses * rng.uniform(0.5, 1.1, size=len(J))
    return Observation(losses, J @ J.T, after, epoch)


def run(scheme: Scheme, observations: Sequence[Observation], state: State) -> tuple[list[FloatArray], State]:
    """The weights of consecutive steps, and the state after them."""
    weights = []
    for observation in observations:
        step_weights, state = scheme.weigh(observation, state)
        weights.append(step_weights)
    return weights, state


def training(family: str, num_tasks: int, seed: int, steps: int = 6) -> list[Observation]:
    """Observations of consecutive steps, two to an epoch."""
    return [
        observe(gradients(family, num_tasks, seed + step), seed + step, epoch=step // 2, first=step == 0)
        for step in range(steps)
    ]
