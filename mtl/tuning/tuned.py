"""What tuning came to: the plans of a study with the chosen settings, and of how many trials each is the best."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from pydantic import ConfigDict

from mtl.jsonable import EXACT
from mtl.ranges import Settings
from mtl.run_names import RunName

if TYPE_CHECKING:
    # Plans import PyTorch, which takes seconds that nobody waits for who only reads what was chosen.
    from mtl.baselines.study_runs import AnyPlan
    from mtl.training.results import RunResult
    from mtl.tuning.halving import RungRun
    from mtl.tuning.search import Search, Trial


@dataclass(frozen=True)
class TrialRun:
    """A trial that ended.

    Attributes:
        result: what it left; None when its worker died or what it starts from had failed.
        reused: whether an earlier study had left that.
    """

    trial: "Trial"
    result: "RunResult | None"
    reused: bool


@dataclass(frozen=True)
class RungEnd:
    """An approach that was trained up to a rung.

    Attributes:
        result: what it left; None when its worker died.
        reused: whether an earlier study had left that.
    """

    run: "RungRun"
    result: "RunResult | None"
    reused: bool


@dataclass(frozen=True)
class Stopped:
    """An approach that went no further.

    Attributes:
        epochs: of the rung where it was stopped.
        place: among those that were compared there, from 1.
        among: how many those were.
        standing: its best mean of loss / prior loss on validation by then; infinite if it left nothing.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    approach: str
    epochs: int
    place: int
    among: int
    standing: float


@dataclass(frozen=True)
class Choice:
    """Of one model: how many settings were tried, and which are the best on validation.

    Attributes:
        subject: what every seed of the model has in common.
        task: the one task of a single-task model; empty for an approach.
        trials: how many were made.
        pruned: how many of them were stopped early, behind the others.
        failed: how many of them gave nothing to judge.
        chosen: the number of the best trial; 0 is the spec itself.
        settings: what that trial has in place of what the spec says.
        own_score: of the spec itself; lower is better.
        score: of the best trial, likewise.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    subject: str
    task: str
    trials: int
    pruned: int
    failed: int
    chosen: int
    settings: Mapping[str, float]
    own_score: float
    score: float

    @classmethod
    def of(cls, search: "Search", name: RunName) -> "Choice":
        """The choice among the trials that a search made."""
        ended, best = search.ended, search.best
        counts = len(ended), sum(trial.pruned for trial in ended), sum(math.isinf(trial.score) for trial in ended)
        settings = dict(best.settings)
        return cls(name.subject, name.task or "", *counts, best.number, settings, ended[0].score, best.score)


@dataclass(frozen=True)
class Tuning:
    """The choices of a study, and among how many trained models candidate and opponents were chosen after them.

    Attributes:
        choices: of each approach and each baseline of each task; empty where nothing was tuned.
        candidate_from: how many multi-task runs the candidate is the best of: trials, and further seeds.
        opponent_from: likewise of each task's opponent, by task.
        stopped: the approaches that successive halving stopped.
        timed: whether a bound on the time said how many trials there are: another day they may be more or fewer.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    choices: tuple[Choice, ...] = ()
    candidate_from: int = 0
    opponent_from: Mapping[str, int] = field(default_factory=dict)
    timed: bool = False
    stopped: tuple[Stopped, ...] = ()

    @classmethod
    def of(cls, choices: Sequence[Choice], plans: "Sequence[AnyPlan]", gated_tasks: Sequence[str]) -> "Tuning":
        """`plans`: those of the study with the chosen settings, the first seed of which is a trial too."""
        seeds = {choice.subject: sum(plan.name.subject == choice.subject for plan in plans) for choice in choices}
        counts = [(choice.task, choice.trials + max(seeds[choice.subject] - 1, 0)) for choice in choices]
        of_task = {task: sum(count for of, count in counts if of == task) for task in ("", *gated_tasks)}
        return cls(tuple(choices), of_task.pop(""), of_task)

    @property
    def settings(self) -> dict[str, Settings]:
        """What was chosen in place of what the spec says, by subject."""
        return {choice.subject: choice.settings for choice in self.choices}


UNTUNED = Tuning()
"""Of a study that trains what its spec says."""


@dataclass(frozen=True)
class Halved:
    """The runs of a study without those of approaches that were stopped early, and what is left of those.

    Attributes:
        ends: of each approach that was compared what it came to at its last rung.
        stopped: where each of them was stopped, and why.
    """

    plans: "tuple[AnyPlan, ...]"
    ends: tuple[RungEnd, ...] = ()
    stopped: tuple[Stopped, ...] = ()

    @property
    def untuned(self) -> "Tuned":
        """The same of a study that tries no settings."""
        return Tuned(self.plans, (), Tuning(stopped=self.stopped), self.ends)


@dataclass(frozen=True)
class Tuned:
    """The runs of a study with the settings that were chosen for them, and the trials behind the choice.

    Attributes:
        ends: of each approach that was compared at rungs what it came to at its last one.
    """

    plans: "tuple[AnyPlan, ...]"
    runs: tuple[TrialRun, ...] = ()
    tuning: Tuning = field(default_factory=Tuning)
    ends: tuple[RungEnd, ...] = ()

    @property
    def trained(self) -> "dict[str, RunResult]":
        """What was trained now, by key."""
        return {key: result for key, result, reused in self._ended() if result and not reused}

    @property
    def reused(self) -> set[str]:
        """The keys of what earlier studies had left."""
        return {key for key, _, reused in self._ended() if reused} - set(self.trained)

    def _ended(self) -> "Iterator[tuple[str, RunResult | None, bool]]":
        yield from ((end.run.plan.key, end.result, end.reused) for end in self.ends)
        yield from ((run.trial.plan.key, run.result, run.reused) for run in self.runs)
