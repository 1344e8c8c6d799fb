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
        scheme: the weighting scheme of a multi-task run; None for a single-task run.
        task: the task of a single-task run; None for a multi-task run.
        seed: the seed of initial weights and batches.

    Raises:
        ValueError: not exactly one of scheme and task.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    scheme: str | None
    task: str | None
    seed: int

    def __post_init__(self) -> None:
        """Refuse what is neither or both."""
        if (self.scheme is None) == (self.task is None):
            raise ValueError(f"a run has a scheme or a task, not both or neither: {self.scheme}, {self.task}")

    @classmethod
    def single(cls, task: str, seed: int) -> "RunName":
        """A single-task run."""
        return cls(None, task, seed)

    @classmethod
    def multi(cls, scheme: str, seed: int) -> "RunName":
        """A multi-task run."""
        return cls(scheme, None, seed)

    def __str__(self) -> str:
        """For people: `equal, seed 0` or `single-task tweet, seed 0`."""
        return f"{self.scheme or f'single-task {self.task}'}, seed {self.seed}"


def multi_task_runs(runs: Mapping[RunName, Predictions]) -> list[RunName]:
    """The multi-task runs, by scheme, then seed."""
    return sorted((run for run in runs if run.scheme is not None), key=lambda run: (str(run.scheme), run.seed))


def single_task_runs(runs: Mapping[RunName, Predictions], task: str) -> list[RunName]:
    """The single-task runs of a task, by seed."""
    return sorted((run for run in runs if run.task == task), key=lambda run: run.seed)
