"""The plans of a study with settings in place of what its spec says."""

from collections.abc import Mapping, Sequence
from typing import assert_never

from mtl.baselines.method_plan import MethodPlan
from mtl.baselines.study_runs import AnyPlan
from mtl.ranges import Settings
from mtl.run_names import RunName
from mtl.training.plans import RunPlan


def plans_with(plans: Sequence[AnyPlan], chosen: Mapping[str, Settings]) -> tuple[AnyPlan, ...]:
    """The plans of a study with the settings chosen for each subject; sources stand before what starts from them."""
    made: dict[RunName, AnyPlan] = {}
    for plan in plans:
        settings = chosen.get(plan.name.subject, {})
        match plan:
            case RunPlan():
                source = made[plan.pretrained.name] if plan.pretrained else None
                assert source is None or isinstance(source, RunPlan)
                made[plan.name] = plan.with_settings(settings, source)
            case MethodPlan():
                made[plan.name] = plan.with_settings(settings)
            case _ as never:
                assert_never(never)
    return tuple(made.values())
