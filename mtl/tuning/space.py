"""What the trials of one model may vary, and where it stands among that by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from mtl.baselines.method_plan import MethodPlan
from mtl.baselines.study_runs import AnyPlan
from mtl.ranges import Range, Settings
from mtl.run_names import NETWORK
from mtl.spec.tuning_section import TuningSpec
from mtl.training.approaches import TUNED_FIXED
from mtl.training.network_settings import TRUNK, WEIGHT, own_settings
from mtl.training.plans import RunPlan
from mtl.tuning.simplex import COORDINATE_BOUNDS, EQUAL, weights_on_simplex


@dataclass(frozen=True)
class Space:
    """The points among which settings are looked for.

    Attributes:
        ranges: of each coordinate; empty for what chooses its options itself.
        own: the point that the spec itself says, which may be out of the ranges.
        weighted: the tasks whose constant weights are coordinates too.
        kept: settings that every point has.
    """

    ranges: dict[str, Range]
    own: Settings
    weighted: tuple[str, ...] = ()
    kept: Settings = field(default_factory=dict)

    def settings(self, point: Settings) -> Settings:
        """What a point means for a plan."""
        weights = weights_on_simplex({task: point[WEIGHT + task] for task in self.weighted})
        return {**point, **{WEIGHT + task: weight for task, weight in weights.items()}, **self.kept}


def space_of(plan: AnyPlan, told: TuningSpec, source: Settings) -> Space:
    """The space of the model that a plan trains; `source`: what was chosen for the run that it starts from, if any.

    A network that is pretrained has the trunk of what it starts from; all else of it is its own.
    """
    match plan:
        case RunPlan():
            ranges, own = told.ranges_of(NETWORK), own_settings(plan.model, plan.training)
            if plan.pretrained:
                del ranges[TRUNK]
                return Space(ranges, own, kept={TRUNK: source[TRUNK]} if TRUNK in source else {})
            return _weighted(ranges, own, plan.tasks) if _has_tuned_weights(plan) else Space(ranges, own)
        case MethodPlan():
            ranges = told.ranges_of(plan.name.baseline.partition("(")[0])
            return Space(ranges, {option: getattr(plan.method, option) for option in ranges})
        case _ as never:
            assert_never(never)


def _has_tuned_weights(plan: RunPlan) -> bool:
    return plan.name.approach is not None and plan.name.approach.scheme == TUNED_FIXED


def _weighted(ranges: dict[str, Range], own: dict[str, float], tasks: Sequence[str]) -> Space:
    coordinates = {WEIGHT + task: Range(*COORDINATE_BOUNDS) for task in tasks}
    return Space({**ranges, **coordinates}, {**own, **dict.fromkeys(coordinates, EQUAL)}, tuple(tasks))
