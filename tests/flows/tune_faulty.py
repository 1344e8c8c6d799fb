"""Make the trials of a small study, one of which loses its worker each time: FOLDER. Prints what became of them."""

import json
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import ParamSpec, TypeVar

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.executors import WorkerDiedError
from flows.tuning import make_trials
from mtl.baselines.study_runs import plan_study
from mtl.training.approaches import approaches_of
from mtl.training.plans import RunPlan
from mtl.tuning.waves import waves
from tests.mtl.studies import small_study

P = ParamSpec("P")
T = TypeVar("T")

TUNED = {"trials": 3, "ranges": {"network": {"learning_rate": [0.001, 0.02]}}}


class Dying(Executor):
    """Fits in the thread that asks; of one model whatever is not as the spec says kills the worker."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        plan, *_ = args
        future: Future[T] = Future()
        assert isinstance(plan, RunPlan)
        if plan.name.subject == "single-task health" and plan.training.learning_rate != 0.002:
            future.set_exception(WorkerDiedError("killed"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


@flow(task_runner=ThreadPoolTaskRunner(), persist_result=False, validate_parameters=False)  # type: ignore[arg-type]
def tune_all(folder: Path) -> list[tuple[str, bool, bool]]:
    """Each trial that ended: its name, whether it left a result, and whether that was there before."""
    study = small_study(folder, schemes=["equal"], seeds=[0], tuning=TUNED)
    spec = study.spec
    plans = plan_study(spec, approaches_of(spec), study.prepared, study.frame, folder / "runs")
    searches = next(waves(spec, plans, {})).values()
    return [(str(run.trial), run.result is not None, run.reused) for run in make_trials(searches, Dying())]


if __name__ == "__main__":
    where = Path(sys.argv[1])
    sys.stdout.write(json.dumps([tune_all(where), tune_all(where)]))
