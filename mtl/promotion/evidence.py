"""What the gate looks at."""

from dataclasses import dataclass

from mtl.evaluation.comparison import ChampionAnswer, ChampionUnknown, Comparison, TaskComparison


@dataclass(frozen=True)
class ArtifactCheck:
    """What happened when the registered artifact was loaded in a fresh process.

    Attributes:
        reproduces: it gave the predictions that were evaluated.
        answers: it answered over HTTP.
        detail: one line for people: what was tried, and what differed.
    """

    reproduces: bool
    answers: bool
    detail: str = ""


@dataclass(frozen=True)
class Evidence:
    """Everything a decision rests on. What is missing is None, and a missing piece never promotes.

    Attributes:
        tasks: the gated tasks, each of which the candidate must be better on.
        checks_passed: the data passed its checks.
        comparison: candidate, baselines and champion on the test side; None when no candidate or baseline exists.
        artifact: the check of the registered artifact; None when it was not done.
    """

    tasks: tuple[str, ...]
    checks_passed: bool
    comparison: Comparison | None
    artifact: ArtifactCheck | None

    def on(self, task: str) -> TaskComparison | None:
        """The comparison of one task with its baseline, if there is one."""
        return self.comparison.of(task) if self.comparison else None

    @property
    def champion(self) -> ChampionAnswer:
        """How the candidate compares with the champion."""
        return self.comparison.champion if self.comparison else ChampionUnknown("nothing was compared")
