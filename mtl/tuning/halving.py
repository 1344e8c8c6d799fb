"""Successive halving across approaches: a grid of thousands costs little more than what is left of it in the end.

All approaches train up to a first rung, with the first seed and the settings of the spec. The better half on validation
goes on to twice as many epochs, and so forth, until few are left, which are then tuned and trained with every seed like
those of any study (Jamieson and Talwalkar 2016, arXiv 1502.07943; Li et al. 2018, arXiv 1603.06560). They are compared
by what every network is chosen by, the best mean of loss / prior loss so far, so that a rung asks nothing of the test
side and every approach has had as many epochs.

Where we depart from it: the first rung is no fraction of a budget, but `training.patience`, before which no run is
judged anywhere else. Baselines are not among them: each is tuned and trained to its end. So are constant weights that
are to be tuned, the reference: at a rung they are not tuned yet.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtl.baselines.study_runs import AnyPlan
from mtl.training.approaches import TUNED_FIXED
from mtl.training.bar import Bar, rung
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult
from mtl.tuning.score import reached
from mtl.tuning.tuned import Stopped


@dataclass(frozen=True)
class RungRun:
    """An approach that is to be trained up to a rung."""

    plan: RunPlan
    epochs: int

    @property
    def bar(self) -> Bar:
        """What stops it there."""
        return rung(self.epochs)

    @property
    def result(self) -> RunResult | None:
        """What an earlier fit left at the rung, or of the whole run."""
        return self.plan.result or self.plan.pruned_by(self.bar).result

    def __str__(self) -> str:
        """For people: `equal, first 6 epochs`."""
        return f"{self.plan.name.subject}, first {self.epochs} epochs"


class Halving:
    """Which approaches go on from rung to rung.

    Attributes:
        alive: with the first seed, those that nothing has stopped, the best one of the last rung first.
        stopped: the others, in the order in which they were stopped.
    """

    def __init__(self, plans: Sequence[AnyPlan], finalists: int, seed: int) -> None:
        """`finalists`: how many are left in the end, 0 for all; `seed`: the first of the study."""
        self.alive = tuple(_approaches(plans, seed)) if finalists else ()
        self.stopped: tuple[Stopped, ...] = ()
        self._finalists, self._rungs = finalists, 0

    def ask(self) -> tuple[RungRun, ...]:
        """What is to be trained for the next rung; nothing once few enough are left."""
        if len(self.alive) <= self._finalists:
            return ()
        return tuple(RungRun(plan, self._epochs(plan, self._rungs)) for plan in self.alive)

    def end(self, results: Mapping[str, RunResult | None]) -> tuple[RungRun, ...]:
        """Take in what came of a rung by the plans' keys, None of what left nothing; what is stopped by it.

        What has trained further in an earlier study is judged by its epochs up to the rung.
        """
        runs = self.ask()
        standings = {run.plan.key: _standing(run, results[run.plan.key]) for run in runs}
        ranked = sorted(runs, key=lambda run: standings[run.plan.key])
        stay = self._stay(len(ranked))
        self.stopped += tuple(
            Stopped(run.plan.name.subject, run.epochs, place, len(ranked), standings[run.plan.key])
            for place, run in enumerate(ranked[stay:], stay + 1)
        )
        self.alive, self._rungs = tuple(run.plan for run in ranked[:stay]), self._rungs + 1
        return tuple(ranked[stay:])

    def left(self, plans: Sequence[AnyPlan]) -> tuple[AnyPlan, ...]:
        """The plans of a study without those, of any seed, that were stopped."""
        names = {stopped.approach for stopped in self.stopped}
        return tuple(plan for plan in plans if not (plan.name.approach and plan.name.subject in names))

    def take_known(self) -> None:
        """Take in all that earlier studies have left, up to a rung of which something is missing."""
        while rung := self.ask():
            known = {run.plan.key: run.result for run in rung}
            if None in known.values():
                return
            self.end(known)

    def epochs_ahead(self) -> tuple[int, ...]:
        """Of each approach that is still to be stopped, whichever that will be, after how many epochs it is."""
        found: list[int] = []
        left, rungs = len(self.alive), self._rungs
        while left > self._finalists:
            found += [self._epochs(self.alive[0], rungs)] * (left - self._stay(left))
            left, rungs = self._stay(left), rungs + 1
        return tuple(found)

    def _stay(self, compared: int) -> int:
        return max(math.ceil(compared / 2), self._finalists)

    def _epochs(self, plan: RunPlan, rungs: int) -> int:
        return min(plan.training.patience << rungs, plan.training.epochs)


def _approaches(plans: Sequence[AnyPlan], seed: int) -> Iterator[RunPlan]:
    for plan in plans:
        approach = plan.name.approach
        if isinstance(plan, RunPlan) and approach and approach.scheme != TUNED_FIXED and plan.name.seed == seed:
            yield plan


def _standing(run: RungRun, result: RunResult | None) -> float:
    curve = reached(run.plan, result)[: run.epochs]
    return curve[-1] if curve else math.inf
