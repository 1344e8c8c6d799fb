"""What every step of the flow is: a Prefect task that shows a line of progress."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from flows.executors import WorkerDiedError
from flows.progress import stage

P = ParamSpec("P")
R = TypeVar("R")

RetryCondition: TypeAlias = Callable[[Task[Any, Any], TaskRun, State[Any]], bool]

LOST_WORKER_RETRIES = 3


def step(
    told: str = "",
    task_run_name: str | None = None,
    retries: int = 0,
    retry_condition_fn: RetryCondition | None = None,
) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A decorator that makes a function a step; `told`: what a terminal shows meanwhile, nothing if empty.

    The others are Prefect's own. On its pages a step is called what it is told as, or as its function, in words.

    Prefect's own result cache is off; it would be a second, weaker answer to what is there already.
    """

    def decorate(function: Callable[P, R]) -> Task[P, R]:
        @wraps(function)
        def shown(*args: P.args, **kwargs: P.kwargs) -> R:
            with stage(told):
                return function(*args, **kwargs)

        return task(
            cache_policy=NO_CACHE,
            persist_result=False,
            name=told or None,
            task_run_name=task_run_name or told or function.__name__.replace("_", " ").capitalize(),
            retries=retries,
            retry_condition_fn=retry_condition_fn,
        )(shown if told else function)

    return decorate


def worker_died(_: Task[Any, Any], __: TaskRun, state: State[Any]) -> bool:
    """Only a lost worker is worth another try: the same plan would fail the same way again."""
    outcome = state.result(raise_on_failure=False)
    return isinstance(outcome, WorkerDiedError)
