"""Every run of a study, side by side: each a Prefect step with state and retries, each fitted in its own process."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass

from prefect import allow_failure
from prefect.futures import PrefectFuture, as_completed

from flows import steps
from flows.executors import ProcessPerCall
from flows.open_study import Study
from flows.progress import stage
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared, known_arrays
from mtl.report.outcome import Effort
from mtl.run_names import RunName
from mtl.study.choices import FittedRun
from mtl.training.plans import RunPlan, plan_runs
from mtl.training.results import RunResult


@dataclass(frozen=True)
class StudyRuns:
    """All runs of a study.

    Attributes:
        runs: those that left a result, finished or failed.
        children: the run id in MLflow of each of them.
        failures: each run that did not finish, and why.
    """

    runs: tuple[FittedRun, ...]
    children: Mapping[RunName, str]
    failures: Mapping[str, str]
    effort: Effort


def warm_up(study: Study, frame: Frame, executor: ProcessPerCall) -> None:
    """Have workers import while the data are checked and prepared, unless every run is known already."""
    prepared = known_arrays(study.spec, frame, study.store.prepared)
    plans = plan_runs(study.spec, study.approaches, prepared, study.store.runs) if prepared else ()
    if not plans or not all(plan.is_fitted for plan in plans):
        executor.warm_up()


def fit_all(study: Study, prepared: Prepared, tracked: str, executor: Executor) -> StudyRuns:
    """Fit every run that no earlier study left, and log each as it ends. A run that fails does not stop the others."""
    plans = plan_runs(study.spec, study.approaches, prepared, study.store.runs)
    known = {plan.key for plan in plans if plan.is_fitted}
    runs: list[FittedRun] = []
    children: dict[RunName, str] = {}
    failures: dict[str, str] = {}
    with stage("Train", len(plans)) as training:
        for plan, answer in fit_each(plans, executor):
            if isinstance(answer, RunResult):
                run = FittedRun(plan, answer)
                runs.append(run)
                children[run.name] = steps.log_run(study, tracked, run, plan.key in known)
            if not isinstance(answer, RunResult) or answer.status == "failed":
                failures[str(plan.name)] = answer.reason if isinstance(answer, RunResult) else str(answer)
            training.advance(str(plan.name))
    # They ended in any order: what is chosen among equals must not depend on it, but on the spec.
    runs.sort(key=lambda run: plans.index(run.plan))
    return StudyRuns(tuple(runs), children, failures, _effort(runs, known, study.workers))


def fit_each(plans: Sequence[RunPlan], executor: Executor) -> Iterator[tuple[RunPlan, object]]:
    """Each plan with its result, or with the exception that its last try ended in, as they end.

    A run waits for the one that it starts from, which stands before it; that one may have failed.
    """
    futures: dict[str, PrefectFuture[RunResult]] = {}
    for plan in plans:
        source = [allow_failure(futures[plan.pretrained.key])] if plan.pretrained else []
        futures[plan.key] = steps.fit.submit(plan, executor, wait_for=source, return_state=False)
    plan_of = {futures[plan.key].task_run_id: plan for plan in plans}
    for future in as_completed(list(futures.values())):
        yield plan_of[future.task_run_id], future.result(raise_on_failure=False)


@contextmanager
def processes(workers: int) -> Iterator[ProcessPerCall]:
    """Worker processes for the block; when it raises, they are killed: what they had finished is kept."""
    executor = ProcessPerCall(workers)
    try:
        yield executor
    except BaseException:
        executor.kill()
        raise
    executor.shutdown()


def _effort(runs: Sequence[FittedRun], known: set[str], workers: int) -> Effort:
    trained = [run for run in runs if run.plan.key not in known]
    return Effort(len(trained), len(runs) - len(trained), sum(run.result.seconds for run in trained), workers)
