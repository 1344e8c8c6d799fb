"""A whole study: a search over approaches and seeds, the choice on validation, fresh seeds, the test side.

One draw of noise serves all shapes of a study, so that their columns in a table differ by the shapes alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from mtl.evaluation.truth import FloatArray, Predictions
from mtl.gate_trials.closed_choice import Chosen, choose, confirm
from mtl.run_names import RunName
from mtl.study.measured import Measured
from tests.gate.measuring import (
    COMMON,
    FAR,
    FRESH_SEEDS,
    OF_APPROACH,
    OWN,
    ROWS,
    SEARCH_SEEDS,
    SEED,
    errors_of,
    measured_of,
)

APPROACHES, TASKS = 25, 10
SEEDS = (*SEARCH_SEEDS, *FRESH_SEEDS)


@dataclass(frozen=True)
class Shape:
    """A study.

    Attributes:
        effects: by how much the multi-task approaches are better on each task, in standard errors.
        approaches: that are tried, each with three seeds.
        spread: of the paired difference over seeds, in standard errors.
        confirmation: fresh seeds.
    """

    effects: tuple[float, ...]
    approaches: int = 5
    spread: float = 1.0
    confirmation: int = 3

    @property
    def tasks(self) -> tuple[str, ...]:
        return tuple(f"t{number}" for number in range(len(self.effects)))


def one_null(tasks: int, effect: float = 0.0) -> tuple[float, ...]:
    """The first task at `effect`, the others far above: promoting takes an error on the first alone."""
    return (effect, *[FAR] * (tasks - 1))


@dataclass(frozen=True, eq=False)
class Noise:
    """Standard normals: values [.., T] on validation and over seeds, errors [.., T, n] on test rows.

    Test rows are drawn for one approach alone: only the chosen one is looked at, and its rows know nothing of the
    choice.
    """

    trial: int
    of_seed: FloatArray = field(init=False)
    of_seed_alone: FloatArray = field(init=False)
    validation: FloatArray = field(init=False)
    validation_alone: FloatArray = field(init=False)
    rows: FloatArray = field(init=False)
    rows_alone: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng([SEED, self.trial])
        seeds = len(SEEDS)
        shared = np.sqrt(COMMON) * rng.normal(size=(1, 1, TASKS))
        of_approach = np.sqrt(OF_APPROACH) * rng.normal(size=(APPROACHES, 1, TASKS))
        own = np.sqrt(OWN) * rng.normal(size=(APPROACHES, seeds, TASKS))
        found = {
            "of_seed": rng.normal(size=(APPROACHES, seeds, TASKS)) * np.sqrt(0.5),
            "of_seed_alone": rng.normal(size=(seeds, TASKS)) * np.sqrt(0.5),
            "validation": shared + of_approach + own,
            "validation_alone": np.sqrt(OWN) * rng.normal(size=(seeds, TASKS)),
            "rows": rng.normal(size=(2 + seeds, TASKS, ROWS)),
            "rows_alone": rng.normal(size=(seeds, TASKS, ROWS)),
        }
        for name, array in found.items():
            object.__setattr__(self, name, array)


@dataclass(frozen=True, eq=False)
class Study:
    """A study of a shape, and what became of it."""

    noise: Noise
    shape: Shape

    def before(self) -> Measured:
        """What was compared before fresh seeds were asked for: the best runs of the search."""
        chosen = self._searched()
        return measured_of(dict(self._errors(chosen, SEARCH_SEEDS)), chosen)

    def now(self) -> Measured:
        """What is compared: the chosen approach and opponents with fresh seeds."""
        fresh = FRESH_SEEDS[: self.shape.confirmation]
        chosen = confirm(dict(self._validation(fresh)), self._searched(), fresh)
        return measured_of(dict(self._errors(chosen, fresh)), chosen, fresh)

    def _searched(self) -> Chosen:
        return choose(dict(self._validation(SEARCH_SEEDS)), self.shape.tasks)

    def _validation(self, seeds: tuple[int, ...]) -> Iterator[tuple[RunName, dict[str, float]]]:
        shape, noise = self.shape, self.noise
        for approach in range(shape.approaches):
            for seed in seeds:
                at = approach, SEEDS.index(seed)
                values = (
                    np.array(shape.effects)
                    + (shape.spread * noise.of_seed + noise.validation)[at][: len(shape.effects)]
                )
                yield RunName.multi(str(approach), seed), dict(zip(shape.tasks, values.tolist(), strict=True))
        alone = shape.spread * noise.of_seed_alone + noise.validation_alone
        for seed in seeds:
            for position, task in enumerate(shape.tasks):
                yield RunName.single(task, seed), {task: float(alone[SEEDS.index(seed), position])}

    def _errors(self, chosen: Chosen, seeds: tuple[int, ...]) -> Iterator[tuple[RunName, Predictions]]:
        """Of all seeds of the chosen approach and of the opponents."""
        shape, noise, of = self.shape, self.noise, chosen.candidate.approach
        assert of is not None
        for seed in seeds:
            at = SEEDS.index(seed)
            quality = np.array(shape.effects) + shape.spread * noise.of_seed[int(of.scheme), at][: len(shape.effects)]
            shares = (COMMON, OF_APPROACH, OWN)
            yield (
                RunName.multi(of.scheme, seed),
                {
                    task: errors_of(quality[k], *zip(shares, noise.rows[[0, 1, 2 + at], k], strict=True))
                    for k, task in enumerate(shape.tasks)
                },
            )
            for k, task in enumerate(shape.tasks):
                quality_alone = shape.spread * noise.of_seed_alone[at, k]
                yield RunName.single(task, seed), {task: errors_of(quality_alone, (OWN, noise.rows_alone[at, k]))}
