"""What the gate looks at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtl.evaluation.comparison import ChampionAnswer, ChampionUnknown, Comparison, TaskComparison
from mtl.evaluation.incumbent_comparison import IncumbentAnswer


@dataclass(frozen=True)
class ArtifactCheck:
    """What happened when the registered artifact was loaded in a fresh process.

    Attributes:
        reproduces: it gave the predictions that were evaluated.
        answers: it answered over HTTP, as far as this program would serve it: a model of others it would not.
        detail: one line for people: what was tried, and what differed.
    """

    reproduces: bool
    answers: bool
    detail: str = ""


@dataclass(frozen=True)
class Opponent:
    """What is known of a task's opponent beside its predictions.

    Attributes:
        missing: the baselines that were asked for and left no run that can be judged: one of them may have been better.
        not_converged: why it is not known to be trained to its end; empty when it is.
    """

    missing: tuple[str, ...] = ()
    not_converged: str = ""


@dataclass(frozen=True)
class Evidence:
    """Everything a decision rests on. What is missing is None, and a missing piece never promotes.

    Attributes:
        tasks: the gated tasks, each of which the candidate must be better on.
        checks_passed: the data passed its checks.
        comparison: candidate, baselines and champion on the test side; None when no candidate or baseline exists.
        artifact: the check of the registered artifact; None when it was not done.
        opponents: what is known of the opponent of each task.
        unjudged: why each task that no labels can judge is such; other tasks are judged all the same.
        asks_constant: whether each task must be better than a constant; decisions before version 3 of the rules did not
            ask.
    """

    tasks: tuple[str, ...]
    checks_passed: bool
    comparison: Comparison | None
    artifact: ArtifactCheck | None
    opponents: Mapping[str, Opponent] = field(default_factory=dict)
    unjudged: Mapping[str, str] = field(default_factory=dict)
    asks_constant: bool = True

    def on(self, task: str) -> TaskComparison | None:
        """The comparison of one task with its baseline, if there is one."""
        return self.comparison.of(task) if self.comparison else None

    @property
    def incumbents(self) -> Mapping[str, IncumbentAnswer]:
        """How the candidate compares with the model in use of each task that has one."""
        return self.comparison.incumbents if self.comparison else {}

    @property
    def of_one_version(self) -> bool:
        """Whether the candidate is a registered model that is judged as it is: the claim is about it, not its like."""
        return self.comparison is not None and self.comparison.candidate.version is not None

    @property
    def champion(self) -> ChampionAnswer:
        """How the candidate compares with the champion."""
        return self.comparison.champion if self.comparison else ChampionUnknown("nothing was compared")
