"""The trials of one model, one after another."""

import math
from dataclasses import dataclass, replace

from mtl.baselines.study_runs import AnyPlan
from mtl.provenance import digest_of
from mtl.ranges import Settings
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult
from mtl.tuning.sampler import Sampler
from mtl.tuning.score import score
from mtl.tuning.space import Space


@dataclass(frozen=True)
class Trial:
    """One try of some settings: a run plan like any other.

    Attributes:
        subject: what every seed of the model has in common.
        number: from 0; the first has the settings of the spec itself.
        settings: what it has in place of what the spec says.
    """

    subject: str
    number: int
    settings: Settings
    plan: AnyPlan
    score: float = math.nan

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

    def ask(self) -> Trial | None:
        """The trial to make now; None when there have been enough. To be asked again once that has ended."""
        number = len(self.ended)
        if number >= self.trials:
            return None
        settings = self._space.kept if number == 0 else self._space.settings(self._asking().ask())
        return Trial(self._plan.name.subject, number, settings, self._told(settings))

    def end(self, trial: Trial, result: RunResult | None) -> Trial:
        """Take in what came of a trial, None if it left nothing, and give it its score."""
        scored = replace(trial, score=score(trial.plan, result))
        self.ended += (scored,)
        if trial.number > 0:
            self._asking().tell(scored.score)
        return scored

    @property
    def best(self) -> Trial:
        """The first of the best trials; the spec's own settings where every one failed."""
        return min(self.ended, key=lambda trial: trial.score)

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
