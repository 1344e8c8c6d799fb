"""What successive halving leaves of a study's runs, as far as that can be told before: how many, if not yet which."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from mtl.baselines.study_runs import AnyPlan
from mtl.spec import Spec
from mtl.tuning.halving import Halving


@dataclass(frozen=True)
class RunsAhead:
    """The runs of a study that it will train, if only in part, or has trained.

    Attributes:
        plans: all but those of stopped approaches; of as many as will be stopped the first seed alone.
        early: the subjects of these, whichever it will be in truth.
        share: of the epochs of a whole run that such a run is trained, at most 1.
    """

    plans: tuple[AnyPlan, ...]
    early: frozenset[str]
    share: float


def runs_ahead(spec: Spec, plans: Sequence[AnyPlan], epochs: int) -> RunsAhead:
    """What is ahead of a study, after what earlier ones have left; `epochs`: those of a whole run."""
    first = spec.seeds[0]
    halving = Halving(plans, spec.tuning.finalists, first)
    halving.take_known()
    early = frozenset(plan.name.subject for plan in halving.alive[spec.tuning.finalists :])
    share = min(fmean(halving.epochs_ahead()) / epochs, 1.0) if early else 1.0
    left = halving.left(plans)
    return RunsAhead(
        tuple(plan for plan in left if plan.name.subject not in early or plan.name.seed == first), early, share
    )
