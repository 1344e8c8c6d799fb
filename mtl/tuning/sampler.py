"""Which settings to try next: Optuna's tree-structured Parzen estimator (Bergstra et al. 2011), in memory.

It is seeded, and what it asks for follows from the values that it was told. A study that was killed therefore asks for
the same trials again, and finds those that had ended as it finds every run: by the digest of its plan.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from mtl.errors import SpecError
from mtl.ranges import Range, Settings
from mtl.spec import Spec

NEEDS = "optuna"
EXTRA = "tuning"

DRAWN = 4
"""Trials before the estimator has seen enough; they are drawn from the ranges."""


def require_sampler(spec: Spec) -> None:
    """Refuse to tune without what that needs.

    Raises:
        SpecError: with its line in the spec.
    """
    if spec.tuning.trials and find_spec(NEEDS) is None:
        raise SpecError(
            f"{spec.place('tuning', 'trials')}: tuning.trials: tuning needs the package {NEEDS}, which is not"
            f" installed; pip install 'mtl-pipeline[{EXTRA}]', or set trials to 0 and leave out"
            " --time"
        )


class Sampler:
    """Points of some ranges; the fewer a point scores, the better it is."""

    def __init__(self, ranges: Mapping[str, Range], seed: int) -> None:
        """`seed`: of what is drawn."""
        self._optuna = optuna = import_module(NEEDS)  # an extra that need not be installed, and a second to import
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=DRAWN))
        self._ranges = ranges
        self._distributions = {name: _distribution(optuna.distributions, told) for name, told in ranges.items()}
        self._asked: Any = None

    def tell_known(self, point: Settings, score: float) -> None:
        """What a point scores that was not asked for; for one that is out of the ranges, what the nearest does."""
        nearest = {name: told.nearest(point[name]) for name, told in self._ranges.items()}
        make = self._optuna.trial.create_trial
        self._study.add_trial(make(params=nearest, distributions=self._distributions, value=score))

    def ask(self) -> dict[str, float]:
        """A point to try."""
        self._asked = self._study.ask(self._distributions)
        return {name: self._ranges[name].kept(value) for name, value in self._asked.params.items()}

    def tell(self, score: float) -> None:
        """What the point scores that was asked for last; infinity for one that gave nothing to judge."""
        self._study.tell(self._asked, score)


def _distribution(kinds: ModuleType, told: Range) -> object:
    if told.whole:
        return kinds.IntDistribution(int(told.low), int(told.high), log=told.log)
    return kinds.FloatDistribution(told.low, told.high, log=told.log)
