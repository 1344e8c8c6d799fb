"""What a run is called: its task and baseline or its approach, and its seed. A label is for printing alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from mtl.jsonable import EXACT

HARD = "hard"
"""The way of sharing that goes without saying in a label."""

NETWORK = "network"
"""The baseline that goes without saying in a label: the single-task network."""


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
    """One training: of a baseline on a single task, or of all tasks under an approach, from one seed.

    Attributes:
        approach: the scheme and the way of sharing of a multi-task run; None for a single-task run.
        task: the task of a single-task run; None for a multi-task run.
        seed: the seed of what is drawn, such as initial weights; None for a baseline that draws nothing.
        pretrained_on: the task that a single-task run was pretrained on before; None when it began from random weights.
        baseline: the label of a single-task run's baseline, such as `linear`.
        version: a registered model that is judged in place of a run, as MLflow addresses it: `models:/spend/7`.

    Raises:
        ValueError: not exactly one of approach, task and version, or what only a single-task network has or may lack.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    approach: ApproachName | None
    task: str | None
    seed: int | None
    pretrained_on: str | None = None
    baseline: str = NETWORK
    version: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is neither or both, and what only single-task networks, or all but networks, can be."""
        if self.version is not None:
            if (self.approach, self.task, self.seed) != (None, None, None):
                raise ValueError(f"a version has neither approach, task nor seed: {self.version}")
            return
        if (self.approach is None) == (self.task is None):
            raise ValueError(f"a run has an approach or a task, not both or neither: {self.approach}, {self.task}")
        if self.approach is not None and self.pretrained_on is not None:
            raise ValueError(f"only a single-task run is pretrained: {self.approach}, {self.pretrained_on}")
        if self.baseline == NETWORK and self.seed is None:
            raise ValueError(f"a network has a seed: {self.approach or self.task}")
        if self.baseline != NETWORK and (self.approach is not None or self.pretrained_on is not None):
            raise ValueError(f"only a single-task network is pretrained or shares: {self.baseline}")

    @classmethod
    def single(
        cls, task: str, seed: int | None, pretrained_on: str | None = None, baseline: str = NETWORK
    ) -> "RunName":
        """A single-task run."""
        return cls(None, task, seed, pretrained_on, baseline)

    @classmethod
    def multi(cls, scheme: str, seed: int, sharing: str = HARD) -> "RunName":
        """A multi-task run."""
        return cls(ApproachName(scheme, sharing), None, seed)

    @classmethod
    def judged(cls, version: str) -> "RunName":
        """A registered model in place of a run."""
        return cls(None, None, None, version=version)

    @property
    def subject(self) -> str:
        """What every seed of it has in common: `equal`, `single-task tweet after movie` or `boosted trees tweet`."""
        if self.version is not None:
            return self.version
        after = f" after {self.pretrained_on}" if self.pretrained_on else ""
        alone = "single-task" if self.baseline == NETWORK else self.baseline.replace("_", " ")
        return str(self.approach or f"{alone} {self.task}{after}")

    @property
    def family(self) -> tuple[str, str | None]:
        """What a single-task run's like have in common: the baseline, and what it was pretrained on."""
        return self.baseline, self.pretrained_on

    def __str__(self) -> str:
        """For people: `equal, seed 0`, or `linear tweet` of a run that drew nothing."""
        return self.subject if self.seed is None else f"{self.subject}, seed {self.seed}"

    @property
    def _order(self) -> tuple[bool, str, bool, int]:
        """Networks first, then baselines by name; of each those from random weights first; then by seed."""
        return self.baseline != NETWORK, self.baseline, self.pretrained_on is not None, self.seed or 0


def multi_task_runs(runs: Iterable[RunName]) -> list[RunName]:
    """The multi-task runs, by approach, then seed."""
    return sorted((run for run in runs if run.approach is not None), key=lambda run: (str(run.approach), run._order))


def single_task_runs(runs: Iterable[RunName], task: str) -> list[RunName]:
    """The single-task runs of a task: networks from random weights, those that were pretrained, other baselines."""
    return sorted((run for run in runs if run.task == task), key=lambda run: run._order)
