"""All runs of a study: networks and baselines that are none."""

from pathlib import Path
from typing import TypeAlias, assert_never

from mtl.baselines.fit_method import fit_method
from mtl.baselines.method_plan import MethodPlan, plan_methods
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.spec import Spec
from mtl.training.approaches import Approaches
from mtl.training.bar import NO_BAR, Bar
from mtl.training.fit_run import fit_run
from mtl.training.plans import RunPlan, plan_runs
from mtl.training.results import RunResult

AnyPlan: TypeAlias = RunPlan | MethodPlan


def plan_study(
    spec: Spec, approaches: Approaches, prepared: Prepared, frame: Frame, folder: Path
) -> tuple[AnyPlan, ...]:
    """Every run of a study; networks, which take longer, first."""
    return (*plan_runs(spec, approaches, prepared, folder), *plan_methods(spec, prepared, frame, folder))


def fit_planned(plan: AnyPlan, bar: Bar = NO_BAR) -> RunResult:
    """Fit a run and store what it leaves, unless an earlier fit of the same plan did; in one thread.

    A network that falls behind `bar` is stopped; what is none has no epochs to be judged by.

    Raises:
        PretrainingFailedError: the run that it starts from failed; nothing is stored.
    """
    match plan:
        case RunPlan():
            return fit_run(plan, bar)
        case MethodPlan():
            return fit_method(plan)
        case _ as never:
            assert_never(never)
