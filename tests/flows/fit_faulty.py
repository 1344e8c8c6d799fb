"""Fit a study in which runs fail that others start from, in a process of its own: FOLDER. Prints what happened."""

import json
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import ParamSpec, TypeVar

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.executors import WorkerDiedError
from flows.fitting import fit_each
from mtl.errors import PretrainingFailedError
from mtl.manifest import write_manifest
from mtl.training.approaches import approaches_of
from mtl.training.fit_run import fit_run
from mtl.training.plans import RunPlan, plan_runs
from mtl.training.results import RunResult
from tests.mtl.studies import small_study, tasks_with

P = ParamSpec("P")
T = TypeVar("T")

DYING, DIVERGED = "single-task hdl", "single-task hba1c"
"""A run whose worker always dies, and one that had failed before."""

TASKS = tasks_with(diabetes={"pretrained_on": ["health", "hdl", "hba1c"]}, health={"pretrained_on": ["hdl"]})


class Recording(Executor):
    """Fits in the thread that asks, and notes each run with whether the one that it starts from has left a result."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, bool]] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        plan = args[0]
        assert isinstance(plan, RunPlan)
        self.noted.append((plan.name.subject, plan.pretrained is None or plan.pretrained.result is not None))
        future: Future[T] = Future()
        if plan.name.subject == DYING:
            future.set_exception(WorkerDiedError("killed"))
            return future
        try:
            future.set_result(fn(*args, **kwargs))
        except PretrainingFailedError as error:
            future.set_exception(error)
        return future


@flow(task_runner=ThreadPoolTaskRunner(max_workers=16), persist_result=False, validate_parameters=False)  # type: ignore[arg-type]
def fit_all(plans: Sequence[RunPlan], executor: Executor) -> dict[str, str]:
    """What became of each run; there is a thread for each, so that only their order can keep one from beginning."""
    answers = {plan.name.subject: answer for plan, answer in fit_each(plans, executor)}
    return {run: answer.status if isinstance(answer, RunResult) else repr(answer) for run, answer in answers.items()}


def main(folder: Path) -> None:
    study = small_study(folder, tasks=TASKS, schemes=["equal"], seeds=[0])
    plans = plan_runs(study.spec, approaches_of(study.spec), study.prepared, folder / "runs")
    diverged = next(plan for plan in plans if plan.name.subject == DIVERGED)
    file = fit_run(diverged).folder / "result.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "status": "failed", "reason": "planted"}))
    write_manifest(file.parent)
    executor = Recording()
    answers = fit_all(plans, executor)
    sys.stdout.write(json.dumps({"answers": answers, "noted": executor.noted}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
