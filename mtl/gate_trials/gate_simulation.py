"""Decisions of a spec's shape, many times over: how often does one that is no better pass, or one better by so much?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from mtl.evaluation.comparison import ChampionAbsent
from mtl.evaluation.metric import metric_named
from mtl.evaluation.truth import FloatArray
from mtl.gate_trials.closed_choice import choose
from mtl.gate_trials.gate_shape import TaskShape
from mtl.gate_trials.share import Share
from mtl.gate_trials.simulated_models import mixed
from mtl.gate_trials.trial_decision import decide_trial
from mtl.promotion.error_budget import Granted
from mtl.promotion.evidence import Opponent
from mtl.run_names import RunName
from mtl.spec.gate_section import GateSpec
from mtl.study.measured import Measured

GAINS = (0.01, 0.02, 0.03, 0.05)
"""Of a task's metric, which a true gain is told in."""

FAR = 3.0
"""By how many times the signal of what is far above is larger."""

AT_ONCE = 10
"""Trials that a process is given at a time."""

Mapper: TypeAlias = Callable[[Callable[[range], list[bool]], Iterable[range]], Iterable[list[bool]]]
"""`map`, or that of an executor."""


@dataclass(frozen=True, eq=False)
class DecisionShape:
    """What is decided, by which policy, at which level.

    Attributes:
        tasks: the gated ones.
        policy: the spec's.
        granted: what the ledger of test rows would grant now.
        resamples: behind each interval.
    """

    tasks: Sequence[TaskShape]
    policy: GateSpec
    granted: Granted
    resamples: int


@dataclass(frozen=True, eq=False)
class Trials:
    """Decisions about candidates of one truth.

    Attributes:
        shape: of the decisions.
        signals: of the candidate by task; of one trial each row, taken in turn.
    """

    shape: DecisionShape
    signals: Sequence[Sequence[float]]

    def count(self, trials: int, mapper: Mapper) -> Share:
        """In how many of the trials the candidate is promoted."""
        chunks = [range(first, min(first + AT_ONCE, trials)) for first in range(0, trials, AT_ONCE)]
        return Share.of(promoted for chunk in mapper(self.promoted, chunks) for promoted in chunk)

    def promoted(self, trials: range) -> list[bool]:
        """Of the trials of these numbers, in one thread: processes side by side share the cores."""
        with threadpool_limits(1):
            return [self._promoted(trial) for trial in trials]

    def _promoted(self, trial: int) -> bool:
        shape = self.shape
        measured = simulated(shape, self.signals[trial % len(self.signals)], np.random.default_rng([7, trial]))
        return decide_trial(measured, shape.policy, shape.granted, resamples=shape.resamples).decision.promote


def no_better(shape: DecisionShape) -> Trials:
    """One task without a gain, each in turn, the others far above; without one on any where one better is enough."""
    if shape.policy.rule == "replace":
        return Trials(shape, [[each.signal for each in shape.tasks]])
    far = [FAR * each.signal for each in shape.tasks]
    return Trials(shape, [[*far[:k], each.signal, *far[k + 1 :]] for k, each in enumerate(shape.tasks)])


def better_by(shape: DecisionShape, gain: float) -> Trials:
    """Every task's metric better by this share of it."""
    return Trials(shape, [[each.seen.signal_of(target(each, gain)) for each in shape.tasks]])


def target(task: TaskShape, gain: float) -> float:
    """The value of a metric that is better by a share of the opponent's, as far as its labels let it."""
    now = task.seen.value(task.signal)
    return now + metric_named(task.metric).direction * gain * abs(now)


def simulated(shape: DecisionShape, signals: Sequence[float], rng: np.random.Generator) -> Measured:
    """Fresh seeds of a candidate of these signals and of the opponents; the best on validation are compared."""
    seeds = tuple(range(shape.policy.confirmation))
    predictions: dict[RunName, dict[str, FloatArray]] = {}
    standing: dict[RunName, dict[str, float]] = {}
    for task, signal in zip(shape.tasks, signals, strict=True):
        for run, luck, array in _runs(task, signal, seeds, rng):
            predictions.setdefault(run, {})[task.task] = array
            standing.setdefault(run, {})[task.task] = luck + float(rng.normal())
    names = [task.task for task in shape.tasks]
    chosen = choose(standing, names)
    return Measured(
        {task.task: task.seen.truth for task in shape.tasks},
        predictions,
        chosen.candidate,
        chosen.baselines,
        ChampionAbsent(),
        opponents={name: Opponent() for name in names},
        constants={task.task: task.constant for task in shape.tasks},
        confirming=seeds,
    )


def _runs(
    task: TaskShape, signal: float, seeds: Sequence[int], rng: np.random.Generator
) -> Iterator[tuple[RunName, float, FloatArray]]:
    """Each run on a task: its luck, in standard errors from the rows, and what it predicts."""
    common, ours, theirs = (task.seen.noise(rng) for _ in range(3))
    names = [RunName.multi("candidate", seed) for seed in seeds]
    alone = [RunName.single(task.task, seed) for seed in seeds] if task.draws else [_fixed(task.task)]
    sides = ((names, ours, signal, task.spread[0]), (alone, theirs, task.signal, task.spread[1]))
    for runs, own, of, spread in sides:
        noise, slope = mixed(common, own, task.alike), abs(task.slope) or np.inf
        for run in runs:
            luck = spread * float(rng.normal())
            lucky = max(0.1 * of, of + luck / slope)
            yield run, luck / task.rows_error, task.seen.predictions(lucky, noise)


def _fixed(task: str) -> RunName:
    return RunName.single(task, None, baseline="fixed")
