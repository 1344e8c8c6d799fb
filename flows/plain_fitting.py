"""Runs side by side, each by a worker, for commands that need no Prefect: nothing is written but the runs."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import TypeAlias

from flows.executors import WorkerDiedError
from flows.progress import stage
from mtl.baselines.study_runs import AnyPlan, fit_planned
from mtl.disk_space import full_disk
from mtl.errors import PretrainingFailedError
from mtl.report.outcome import Effort
from mtl.study.choices import FittedRun
from mtl.study.under_way import reached
from mtl.training.results import RunResult

LOST_WORKER_RETRIES = 3

Answer: TypeAlias = RunResult | BaseException


@dataclass(frozen=True)
class PlainRuns:
    """Runs that left a result, in the order of their plans.

    Attributes:
        failures: each run that did not finish, and why.
    """

    runs: tuple[FittedRun, ...]
    failures: dict[str, str]
    effort: Effort


def fit_plain(plans: Sequence[AnyPlan], executor: Executor, workers: int, told: str) -> PlainRuns:
    """Fit every run that is not known. A run that fails does not stop the others.

    Raises:
        DiskFullError: there was no room left for one.
    """
    known = {plan.key: plan.result for plan in plans if plan.result}
    left = [plan for plan in plans if plan.key not in known]
    trained: dict[str, RunResult] = {}
    failures: dict[str, str] = {}
    with stage(told, len(left)) as training:
        for plan, answer in _fit_each(left, executor):
            if isinstance(answer, RunResult):
                trained[plan.key] = answer
            elif full := full_disk(answer):
                raise full
            else:
                failures[str(plan.name)] = str(answer)
            training.advance(reached(plan, answer) if isinstance(answer, RunResult) else str(plan.name))
    results = {**known, **trained}
    found = tuple(FittedRun(plan, results[plan.key]) for plan in plans if plan.key in results)
    failures |= {str(run.name): run.result.reason for run in found if not run.finished}
    seconds = sum(result.seconds for result in trained.values())
    return PlainRuns(found, failures, Effort(len(trained), len(known), seconds, workers))


def _fit_each(plans: Sequence[AnyPlan], executor: Executor) -> Iterator[tuple[AnyPlan, Answer]]:
    """Each plan with its result or its error, as they end; a run waits for the one that it starts from.

    A worker that is killed loses its run for another worker, a few times.
    """
    ready, waiting = _in_order(plans)
    running: dict[Future[RunResult], tuple[AnyPlan, int]] = {}
    while ready or running:
        while ready:
            plan = ready.popleft()
            if plan.pretrained and not plan.pretrained.result:
                yield plan, PretrainingFailedError(f"the run that it starts from, {plan.pretrained.name}, left none")
            else:
                running[executor.submit(fit_planned, plan)] = plan, LOST_WORKER_RETRIES
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            plan, tries = running.pop(future)
            error = future.exception()
            if isinstance(error, WorkerDiedError) and tries:
                running[executor.submit(fit_planned, plan)] = plan, tries - 1
            else:
                yield plan, error or future.result()
                ready.extend(waiting.pop(plan.key, ()))


def _in_order(plans: Sequence[AnyPlan]) -> tuple[deque[AnyPlan], dict[str, list[AnyPlan]]]:
    """The plans that can begin, and by the key of another plan those that start from what it leaves."""
    ready, waiting = deque[AnyPlan](), dict[str, list[AnyPlan]]()
    keys = {plan.key for plan in plans}
    for plan in plans:
        if plan.pretrained and plan.pretrained.key in keys:
            waiting.setdefault(plan.pretrained.key, []).append(plan)
        else:
            ready.append(plan)
    return ready, waiting
