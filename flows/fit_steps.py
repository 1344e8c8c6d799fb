"""The steps that train: a run, a trial of some settings, an approach up to a rung; each by a worker of an executor."""

from concurrent.futures import Executor
from functools import partial

from prefect import get_run_logger

from flows.progress import at_work
from flows.stepping import LOST_WORKER_RETRIES, step, worker_died
from mtl.baselines.study_runs import AnyPlan, fit_planned
from mtl.errors import PretrainingFailedError
from mtl.study.under_way import so_far
from mtl.training.bar import NO_BAR, Bar
from mtl.training.results import RunResult
from mtl.tuning.halving import RungRun
from mtl.tuning.search import Trial


@step(task_run_name="{plan.name}", retries=LOST_WORKER_RETRIES, retry_condition_fn=worker_died)
def fit(plan: AnyPlan, executor: Executor) -> RunResult:
    """One run, in a process that knows nothing of Prefect.

    The run that it starts from has ended before. If it left nothing, it is not fitted once more here, where all the
    runs that start from it would do so at the same time.
    """
    return _fitted(plan, executor)


@step(task_run_name="{trial}", retries=LOST_WORKER_RETRIES, retry_condition_fn=worker_died)
def fit_trial(trial: Trial, executor: Executor) -> RunResult:
    """A trial of some settings, likewise; it may be stopped early."""
    return _fitted(trial.plan, executor, trial.bar)


@step(task_run_name="{rung}", retries=LOST_WORKER_RETRIES, retry_condition_fn=worker_died)
def fit_rung(rung: RungRun, executor: Executor) -> RunResult:
    """An approach up to a rung, from where it may go on."""
    return _fitted(rung.plan, executor, rung.bar)


def _fitted(plan: AnyPlan, executor: Executor, bar: Bar = NO_BAR) -> RunResult:
    if plan.pretrained and not (plan.result or plan.pretrained.result):
        raise PretrainingFailedError(f"the run that it starts from, {plan.pretrained.name}, left no result")
    with at_work(str(plan.name), partial(so_far, plan)):
        result = executor.submit(fit_planned, plan, bar).result()
    told = f"{result.status} after {result.epochs} rounds in {result.seconds:.1f} s; kept round {result.best_epoch}"
    get_run_logger().info(" ".join([told, result.reason]).strip())
    return result
