"""What a run is called, and what it predicted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from mtl.evaluation.jsonable import EXACT

Predictions: TypeAlias = Mapping[str, NDArray[np.floating]]
"""Task → predictions aligned with that task's `TaskTruth` on one side of the split."""


@dataclass(frozen=True)
class RunName:
    """One training: of a single task, or of all tasks under a weighting scheme, from one seed.

    Attributes:
        scheme: the weighting scheme of a multi-task run, and the way of sharing unless it is hard, such as `equal` or
            `equal with mmoe`; None for a single-task run.
        task: the task of a single-task run; None for a multi-task run.
        seed: the seed of initial weights and batches.
        pretrained_on: the task that a single-task run was pretrained on before; None when it began from random weights.

    Raises:
        ValueError: not exactly one of scheme and task, or a scheme that was pretrained.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    scheme: str | None
    task: str | None
    seed: int
    pretrained_on: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is neither or both, and a multi-task run that was pretrained."""
        if (self.scheme is None) == (self.task is None):
            raise ValueError(f"a run has a scheme or a task, not both or neither: {self.scheme}, {self.task}")
        if self.scheme is not None and self.pretrained_on is not None:
            raise ValueError(f"only a single-task run is pretrained: {self.scheme}, {self.pretrained_on}")

    @classmethod
    def single(cls, task: str, seed: int, pretrained_on: str | None = None) -> "RunName":
        """A single-task run."""
        return cls(None, task, seed, pretrained_on)

    @classmethod
    def multi(cls, scheme: str, seed: int) -> "RunName":
        """A multi-task run."""
        return cls(scheme, None, seed)

    @property
    def subject(self) -> str:
        """What every seed of it has in common: `equal`, `single-task tweet` or `single-task tweet after movie`."""
        after = f" after {self.pretrained_on}" if self.pretrained_on else ""
        return self.scheme or f"single-task {self.task}{after}"

    def __str__(self) -> str:
        """For people: `equal, seed 0` or `single-task tweet, seed 0`."""
        return f"{self.subject}, seed {self.seed}"


def multi_task_runs(runs: Mapping[RunName, Predictions]) -> list[RunName]:
    """The multi-task runs, by scheme, then seed."""
    return sorted((run for run in runs if run.scheme is not None), key=lambda run: (str(run.scheme), run.seed))


def single_task_runs(runs: Mapping[RunName, Predictions], task: str) -> list[RunName]:
    """The single-task runs of a task, by seed: those from random weights, then those that were pretrained."""
    return sorted((run for run in runs if run.task == task), key=lambda run: (run.pretrained_on is not None, run.seed))
