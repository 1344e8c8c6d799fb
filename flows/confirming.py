"""What a decision rests on: the choice on validation, and the same with seeds that nothing has seen."""

from collections.abc import Sequence
from concurrent.futures import Executor

from flows import steps
from flows.fitting import StudyRuns, fit_fresh
from flows.open_study import Study
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared
from mtl.study.choices import Selection
from mtl.study.confirmation import confirmation_seeds, plan_confirmation


def choose_and_confirm(
    study: Study, frame: Frame, prepared: Prepared, fitted: StudyRuns, tracked: str, executor: Executor
) -> tuple[Selection, StudyRuns]:
    """The candidate and each task's opponent, trained once more with fresh seeds; and all runs, those among them."""
    chosen = steps.select(study, prepared, fitted.runs)
    seeds: Sequence[int] = confirmation_seeds(study.spec, frame)
    if not seeds or (chosen.candidate is None and study.candidate is None):
        return chosen, fitted
    fresh, everything = fit_fresh(study, fitted, plan_confirmation(chosen, seeds), tracked, executor)
    return steps.confirm(prepared, chosen, fresh, seeds), everything
