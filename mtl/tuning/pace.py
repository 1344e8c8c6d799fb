"""How many rounds of trials a bound on the wall clock has room for.

In a round every model gets its next trial, and a round that has begun is made to its end: every model has as many
trials. How many that are depends on the machine and on what else it does, so such a study cannot be repeated exactly;
one that was killed still finds what had ended.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from mtl.baselines.study_runs import AnyPlan
from mtl.tuning.tuned import TrialRun


@dataclass(frozen=True)
class Ahead:
    """What a study has to do once tuning ends.

    Attributes:
        further: of each run with a further seed the subject whose first trial says how long it takes.
        later: of each model that starts from a tuned one, likewise; it gets as many trials afterwards.
        workers: runs that are trained at a time.
        steps: seconds of all that is no training.
    """

    further: tuple[str, ...]
    later: tuple[str, ...]
    workers: int
    steps: float

    @classmethod
    def of(cls, plans: Sequence[AnyPlan], first: int, workers: int, steps: float) -> "Ahead":
        """`plans`: all of the study; `first`: the seed of the trials."""
        told = [((plan.pretrained or plan).name.subject, plan) for plan in plans]
        further = tuple(subject for subject, plan in told if plan.name.seed not in (None, first))
        later = tuple(subject for subject, plan in told if plan.pretrained and plan.name.seed == first)
        return cls(further, later, workers, steps)

    def seconds(self, rounds: int, costs: Mapping[str, float]) -> float:
        """What it takes after so many rounds; `costs`: seconds of the first trial by subject."""
        further, later = ([costs.get(subject, 0.0) for subject in each] for each in (self.further, self.later))
        return self.steps + wall_seconds(further, self.workers) + rounds * wall_seconds(later, self.workers)


def wall_seconds(costs: Sequence[float], workers: int) -> float:
    """How long runs of these costs take side by side, at least."""
    return max(sum(costs) / workers, max(costs, default=0.0))


def in_rounds(make: Callable[[int], Iterable[TrialRun]], ahead: Ahead, left: Callable[[], float]) -> Iterator[TrialRun]:
    """Trials, round by round, while the time left suffices for one more like the last, and for what is ahead.

    The first round is made in any case: the study itself needs it.

    Args:
        make: the trials that every model lacks to have so many, as they end; none where there have been enough.
        left: seconds that are left now.
    """
    costs: dict[str, float] = {}
    for rounds in count(1):
        before, made = left(), []
        for run in make(rounds):
            made.append((run.trial.subject, run.result.seconds if run.result else 0.0))
            yield run
        costs = dict(made) | costs
        # Trials that an earlier study left took no time now; the next ones will.
        took = max(before - left(), wall_seconds([seconds for _, seconds in made], ahead.workers))
        if not made or left() < took + ahead.seconds(rounds + 1, costs):
            return
