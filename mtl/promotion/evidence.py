"""What the gate looks at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mtl.evaluation.comparison import ChampionAnswer, ChampionUnknown, Comparison, TaskComparison
from mtl.evaluation.incumbent_comparison import IncumbentAnswer
from mtl.promotion.error_budget import Granted, Refused

RULES = 4
"""The version of the gate's rules, which the evidence of a decision names: other rules have another number.

1   a paired interval of one run against another, and a mean over seeds, on every task
2   opponents must be trained to their end, and none of those asked for may be missing
3   better than a constant, too; tasks that no labels can judge are told as such
4   fresh seeds confirm; the level is what the ledger of test rows grants; no worse than the champion by more than a
    tolerance; labels are counted in the rarer classes; lost classes and slices object; subsets are adjusted for
"""

CONFIRMED_SINCE = 4
"""The first version of the rules under which fresh seeds confirm a choice."""


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
        budget: what the ledger of test rows answered; None where it was not asked.
        rules: the version of the rules that the decision is made under.
    """

    tasks: tuple[str, ...]
    checks_passed: bool
    comparison: Comparison | None
    artifact: ArtifactCheck | None
    opponents: Mapping[str, Opponent] = field(default_factory=dict)
    unjudged: Mapping[str, str] = field(default_factory=dict)
    budget: Granted | Refused | None = None
    rules: int = RULES

    def on(self, task: str) -> TaskComparison | None:
        """The comparison of one task with its baseline, if there is one."""
        return self.comparison.of(task) if self.comparison else None

    def opponent(self, task: str) -> Opponent | None:
        """What is known of a task's opponent; before version 2 of the rules it was taken to be sound."""
        return self.opponents.get(task) if self.asks_convergence else Opponent()

    def cause_unjudged(self, task: str) -> str:
        """Why no labels can judge a task; empty when some can, and before version 3 of the rules."""
        return self.unjudged.get(task, "") if self.asks_constant else ""

    @property
    def asks_convergence(self) -> bool:
        """Whether opponents must be known to be trained to their end."""
        return self.rules >= 2

    @property
    def asks_constant(self) -> bool:
        """Whether each task must be better than a constant."""
        return self.rules >= 3

    @property
    def asks_confirmation(self) -> bool:
        """Whether all that version 4 of the rules brought is asked for."""
        return self.rules >= CONFIRMED_SINCE

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
