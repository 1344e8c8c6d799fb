"""What a study is to train: planned, told to whoever watches, and given room on the disk."""

from concurrent.futures import Executor

from flows.estimating import tell_what_is_ahead
from flows.open_study import Study
from mtl.baselines.study_runs import AnyPlan, plan_study
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.disk_space import require_space
from mtl.study.space_needed import space_for


def plan(
    study: Study, frame: Frame, prepared: Prepared, executor: Executor, timed: bool = False
) -> tuple[AnyPlan, ...]:
    """Every run of a study, and how long they take; of one that is `timed` that was said when it was asked for.

    Raises:
        DiskFullError: there is no room for them.
    """
    plans = plan_study(study.spec, study.approaches, prepared, frame, study.store.runs)
    tuning = study.spec.tuning
    require_space(
        space_for(study.store.root, plans, prepared, study.workers, tuning.trials, halved=bool(tuning.finalists))
    )
    if not timed:
        tell_what_is_ahead(study, plans, executor)
    return plans
