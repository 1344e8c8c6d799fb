"""What a run is called: its task or its approach, and its seed. A label is for printing; nothing reads it again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from mtl.jsonable import EXACT

HARD = "hard"
"""The way of sharing that goes without saying in a label."""


@dataclass(frozen=True, order=True)
class ApproachName:
    """A weighting scheme under a way of sharing, each by its label, such as `cagrad(c=0.4)` under `mmoe(experts=8)`."""

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    scheme: str
    sharing: str = HARD

    def __str__(self) -> str:
        """For people: `equal`, or `equal with mmoe` unless sharing is hard."""
        return self.scheme if self.sharing == HARD else f"{self.scheme} with {self.sharing}"


@dataclass(frozen=True)
class RunName:
    """One training: of a single task, or of all tasks under an approach, from one seed.

    Attributes:
        approach: the scheme and the way of sharing of a multi-task run; None for a single-task run.
        task: the task of a single-task run; None for a multi-task run.
        seed: the seed of initial weights and batches.
        pretrained_on: the task that a single-task run was pretrained on before; None when it began from random weights.

    Raises:
        ValueError: not exactly one of approach and task, or an approach that was pretrained.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    approach: ApproachName | None
    task: str | None
    seed: int
    pretrained_on: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is neither or both, and a multi-task run that was pretrained."""
        if (self.approach is None) == (self.task is None):
            raise ValueError(f"a run has an approach or a task, not both or neither: {self.approach}, {self.task}")
        if self.approach is not None and self.pretrained_on is not None:
            raise ValueError(f"only a single-task run is pretrained: {self.approach}, {self.pretrained_on}")

    @classmethod
    def single(cls, task: str, seed: int, pretrained_on: str | None = None) -> "RunName":
        """A single-task run."""
        return cls(None, task, seed, pretrained_on)

    @classmethod
    def multi(cls, scheme: str, seed: int, sharing: str = HARD) -> "RunName":
        """A multi-task run."""
        return cls(ApproachName(scheme, sharing), None, seed)

    @property
    def subject(self) -> str:
        """What every seed of it has in common: `equal`, `single-task tweet` or `single-task tweet after movie`."""
        after = f" after {self.pretrained_on}" if self.pretrained_on else ""
        return str(self.approach or f"single-task {self.task}{after}")

    def __str__(self) -> str:
        """For people: `equal, seed 0` or `single-task tweet, seed 0`."""
        return f"{self.subject}, seed {self.seed}"


def multi_task_runs(runs: Iterable[RunName]) -> list[RunName]:
    """The multi-task runs, by approach, then seed."""
    return sorted((run for run in runs if run.approach is not None), key=lambda run: (str(run.approach), run.seed))


def single_task_runs(runs: Iterable[RunName], task: str) -> list[RunName]:
    """The single-task runs of a task, by seed: those from random weights, then those that were pretrained."""
    return sorted((run for run in runs if run.task == task), key=lambda run: (run.pretrained_on is not None, run.seed))
