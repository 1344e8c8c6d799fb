"""Who is compared: each is some of the runs that a study has, with default settings or with the best of ten trials."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mtl.run_names import NETWORK, ApproachName, RunName
from tests.quality.problems import CODE

MEMBERS = 8
TRIALS = 10


@dataclass(frozen=True)
class Contender:
    """A family of models.

    Attributes:
        has: whether a run of the study is one of its.
        settings: added to the spec's, as `section.key`.
        code: the packages that its answer follows from.
        reads_settings: whether another learning rate, trunk and the like change its answer.
    """

    has: Callable[[RunName], bool]
    settings: Mapping[str, Any]
    code: tuple[str, ...]
    reads_settings: bool = True

    @property
    def tuned(self) -> bool:
        """Whether its settings are looked for."""
        return "tuning.trials" in self.settings

    def all_settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Its own in place of those that are given; without those that change nothing."""
        return {**(given if self.reads_settings else {}), **self.settings}


def contenders() -> dict[str, Contender]:
    """All by name: defaults before what is tuned, of each the cheap ones first.

    A linear model has no tuned form: it tries its whole grid at every fit. Of what tuning adds to a study, constant
    weights are left out: the tuned multi-task network is the default one with other settings.
    """
    networks = (*CODE, "mtl.models", "mtl.training", "mtl.weighting")
    methods = (*CODE, "mtl.baselines")
    plain, with_members, trials = {"model.members": 1}, {"model.members": MEMBERS}, {"tuning.trials": TRIALS}
    tuned, tuning = {**with_members, **trials}, ("mtl.tuning",)
    return {
        "linear": Contender(_of("linear"), {}, methods, reads_settings=False),
        "trees": Contender(_of("boosted_trees"), {}, methods, reads_settings=False),
        "multi-task": Contender(_together, plain, networks),
        "single-task": Contender(_of(NETWORK), plain, networks),
        "multi-task, members": Contender(_together, with_members, networks),
        "single-task, members": Contender(_of(NETWORK), with_members, networks),
        "trees, tuned": Contender(_of("boosted_trees"), trials, (*methods, *tuning), reads_settings=False),
        "multi-task, members, tuned": Contender(_together, tuned, (*networks, *tuning)),
        "single-task, members, tuned": Contender(_of(NETWORK), tuned, (*networks, *tuning)),
    }


def _together(name: RunName) -> bool:
    return name.approach == ApproachName("equal")


def _of(baseline: str) -> Callable[[RunName], bool]:
    return lambda name: name.task is not None and name.baseline == baseline
