"""The searches of a study: first of what starts anew, then of what starts from a run that is tuned by then."""

from collections.abc import Iterator, Mapping, Sequence

from mtl.baselines.study_runs import AnyPlan
from mtl.ranges import Settings
from mtl.run_names import RunName
from mtl.spec import Spec
from mtl.training.plans import RunPlan
from mtl.tuning.chosen_plans import plans_with
from mtl.tuning.search import Search
from mtl.tuning.space import space_of

Chosen = dict[str, Settings]


def waves(spec: Spec, plans: Sequence[AnyPlan], chosen: Chosen) -> Iterator[dict[RunName, Search]]:
    """Searches that may go on side by side, one for each subject, with the first seed of the spec.

    Args:
        spec: says how many trials, and their ranges.
        plans: all runs of the study, with the settings of the spec.
        chosen: the settings chosen so far by subject; the caller adds those of a wave before it asks for the next.
    """
    firsts = [plan for plan in plans if plan.name.seed in (None, spec.seeds[0])]
    yield {plan.name: _search(spec, plan, {}) for plan in firsts if not plan.pretrained}
    after = [plan for plan in firsts if plan.pretrained]
    if after:
        told = {plan.name: plan for plan in plans_with(plans, chosen)}
        yield {plan.name: _search(spec, plan, chosen, told) for plan in after}


def _search(spec: Spec, plan: AnyPlan, chosen: Chosen, told: Mapping[RunName, AnyPlan] | None = None) -> Search:
    source = told[plan.pretrained.name] if told and plan.pretrained else None
    assert source is None or isinstance(source, RunPlan)
    space = space_of(plan, spec.tuning, chosen.get(source.name.subject, {}) if source else {})
    return Search(plan, space, spec.tuning.trials, source)
