"""The evidence on the locked test side: a candidate against its baselines and against the champion.

A comparison follows from saved labels and predictions alone, so that it can be computed again years later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from pydantic import ConfigDict

from mtl.evaluation.incumbent_comparison import IncumbentAnswer
from mtl.evaluation.paired_difference import PairedDifference
from mtl.evaluation.procedure_difference import ProcedureDifference
from mtl.evaluation.slices import SliceDifference
from mtl.jsonable import EXACT, to_json
from mtl.run_names import RunName


@dataclass(frozen=True)
class ChampionAbsent:
    """The registry was read, and no version is the champion yet."""

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    answer: Literal["no champion"] = "no champion"


@dataclass(frozen=True)
class ChampionCompared:
    """The champion was scored on the same rows as the candidate.

    Attributes:
        version: the champion's registered version.
        differences: candidate − champion, for each task that both predict.
        lost: by task, the classes of which the champion finds some rows and the candidate none.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    version: str
    differences: tuple[PairedDifference, ...]
    answer: Literal["compared"] = "compared"
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ChampionUnknown:
    """There may be a champion, but it could not be read or scored: not the same answer as none.

    Attributes:
        reason: what went wrong.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    reason: str
    answer: Literal["cannot tell"] = "cannot tell"


ChampionAnswer: TypeAlias = ChampionAbsent | ChampionCompared | ChampionUnknown


@dataclass(frozen=True)
class TaskComparison:
    """The evidence on one task.

    Attributes:
        difference: the candidate itself against the one run that stands for its opponent, on the test side.
        seed_mean_difference: (mean over seeds of the candidate's scheme − mean over seeds of the baseline's family: the
            same baseline, pretrained on what it was; the value itself of one that draws nothing) × the metric's
            direction; NaN unless both sides, and all baselines from random weights, have the same seeds.
        seeds: number of seeds in the candidate's mean.
        by_baseline: the candidate against the best run on validation of each baseline, for people.
        constant: the candidate against the best constant of the training labels; None where none was kept.
        procedure: the candidate's way of training against its opponent's, over the seeds that confirm; None where some
            seed is missing, and before version 4 of the rules.
        rare_labels: test labels of all classes but the most frequent; those of all where there are no classes.
        lost: the classes of which the opponent finds some rows and the candidate none.
        tail: the share of the candidate's or its opponent's loss that the largest hundredth of the rows makes up,
            whichever is larger; None where a metric is no mean of losses.
        adjusted: the p-value of `procedure` being no better, adjusted for being one of several tasks; None without one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    difference: PairedDifference
    seed_mean_difference: float
    seeds: int
    by_baseline: Mapping[str, PairedDifference] = field(default_factory=dict)
    constant: PairedDifference | None = None
    procedure: ProcedureDifference | None = None
    rare_labels: int = 0
    lost: tuple[str, ...] = ()
    tail: float | None = None
    adjusted: float | None = None

    @property
    def task(self) -> str:
        """The task's name."""
        return self.difference.task


@dataclass(frozen=True)
class Comparison:
    """All the evidence on the test side. A task without a baseline, or without the candidate's prediction, is absent.

    Attributes:
        candidate: the multi-task run.
        baselines: the single-task run that each task was compared with.
        tasks: the evidence, task by task.
        champion: the candidate against what is served now.
        incumbents: the candidate against the model in use of each task that has one.
        anchor: the candidate against the best former champion, where that is not what is served now.
        slices: the candidate against its opponents on parts of the rows.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    candidate: RunName
    baselines: Mapping[str, RunName]
    tasks: tuple[TaskComparison, ...]
    champion: ChampionAnswer
    incumbents: Mapping[str, IncumbentAnswer] = field(default_factory=dict)
    anchor: ChampionAnswer = field(default_factory=ChampionAbsent)
    slices: tuple[SliceDifference, ...] = ()

    def of(self, task: str) -> TaskComparison | None:
        """The evidence on a task, if there is any."""
        return next((each for each in self.tasks if each.task == task), None)

    def to_json(self) -> str:
        """As JSON; NaN and infinities survive as strings."""
        return to_json(self)
