"""The trials of one model, one after another."""

import math
from dataclasses import dataclass, replace

from mtl.baselines.study_runs import AnyPlan
from mtl.provenance import digest_of
from mtl.ranges import Settings
from mtl.training.bar import NO_BAR, Bar
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult
from mtl.tuning.pruning import bar_of, stopped_after
from mtl.tuning.sampler import Sampler
from mtl.tuning.score import reached, score
from mtl.tuning.space import Space


@dataclass(frozen=True)
class Trial:
    """One try of some settings: a run plan like any other.

    Attributes:
        subject: what every seed of the model has in common.
        number: from 0; the first has the settings of the spec itself.
        settings: what it has in place of what the spec says.
        bar: what it must keep up with, as it follows from the trials before it.
        score: of one that ended; of one that was pruned what it had reached, which is no better than it would have
            become. So the sampler still tells a poor setting from a worse one, and from one that trains not at all.
        reached: of a network the best standing by the end of each epoch, until it was stopped.
        pruned: whether it was stopped for being behind the bar; it is never chosen.
    """

    subject: str
    number: int
    settings: Settings
    plan: AnyPlan
    bar: Bar = NO_BAR
    score: float = math.nan
    reached: tuple[float, ...] = ()
    pruned: bool = False

    @property
    def result(self) -> RunResult | None:
        """What an earlier fit left, of the plan or of the plan with the same bar."""
        apart = self.plan.pruned_by(self.bar).result if isinstance(self.plan, RunPlan) else None
        return self.plan.result or apart

    def judged(self, result: RunResult | None) -> "Trial":
        """The trial with what came of it, the same whether it was stopped or trained on by an earlier study."""
        curve = reached(self.plan, result)
        stop = stopped_after(curve, self.bar)
        if result is not None and stop and (stop < len(curve) or result.status == "pruned"):
            return replace(self, score=curve[stop - 1], reached=curve[:stop], pruned=True)
        return replace(self, score=score(self.plan, result), reached=curve)

    def __str__(self) -> str:
        """For people: `equal, trial 3`."""
        return f"{self.subject}, trial {self.number}"


class Search:
    """At most `trials` settings of one model; the same values give the same settings.

    Attributes:
        ended: the trials that were told of, in order.
    """

    def __init__(self, plan: AnyPlan, space: Space, trials: int, source: RunPlan | None = None) -> None:
        """`plan`: as the spec says; `source`: the tuned run that it starts from, if any."""
        self._plan, self._space, self._source = plan, space, source
        self.trials = trials if space.ranges else min(trials, 1)
        self.ended: tuple[Trial, ...] = ()
        self._sampler: Sampler | None = None

    def ask(self, upto: int | None = None) -> Trial | None:
        """The trial to make now; None when there have been enough, or `upto`. To be asked again once that has ended."""
        number = len(self.ended)
        if number >= (self.trials if upto is None else min(self.trials, upto)):
            return None
        settings = self._space.kept if number == 0 else self._space.settings(self._asking().ask())
        return Trial(self._plan.name.subject, number, settings, self._told(settings), self._bar())

    def end(self, trial: Trial, result: RunResult | None) -> Trial:
        """Take in what came of a trial, None if it left nothing, and give it its score."""
        scored = trial.judged(result)
        self.ended += (scored,)
        if trial.number > 0:
            self._asking().tell(scored.score)
        return scored

    @property
    def best(self) -> Trial:
        """The first of the best trials; the spec's own settings where every one failed."""
        return min((trial for trial in self.ended if not trial.pruned), key=lambda trial: trial.score)

    def _bar(self) -> Bar:
        """What is no network has none."""
        if not isinstance(self._plan, RunPlan):
            return NO_BAR
        return bar_of([trial.reached for trial in self.ended], self._plan.training.patience)

    def _told(self, settings: Settings) -> AnyPlan:
        if isinstance(self._plan, RunPlan):
            return self._plan.with_settings(settings, self._source)
        return self._plan.with_settings(settings)

    def _asking(self) -> Sampler:
        """The sampler, which knows what the spec's own settings score."""
        if self._sampler is None:
            self._sampler = Sampler(self._space.ranges, int(digest_of(str(self._plan.name))[:8], 16))
            self._sampler.tell_known(self._space.own, self.ended[0].score)
        return self._sampler
