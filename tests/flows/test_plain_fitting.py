"""Runs side by side without Prefect: order, failures, killed workers, what others start from."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from flows.executors import WorkerDiedError
from flows.plain_fitting import LOST_WORKER_RETRIES, fit_plain
from mtl.baselines.study_runs import AnyPlan, plan_study
from mtl.errors import DataError, DiskFullError
from mtl.training.approaches import approaches_of
from tests.mtl.studies import small_study, tasks_with


class Here(Executor):
    """Calls at once, in this process, after what is planted for a run, by its name, has been raised."""

    def __init__(self, planted: Mapping[str, Sequence[Exception]] | None = None) -> None:
        self.planted = {name: list(errors) for name, errors in (planted or {}).items()}
        self.begun: list[str] = []

    @override
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        name = str(args[0].name)
        self.begun.append(name)
        left = self.planted.get(name, [])
        if left:
            future.set_exception(left.pop())
        else:
            future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture
def plans(tmp_path: Path) -> tuple[AnyPlan, ...]:
    """Of one task that starts from another, and linear models."""
    tasks = tasks_with(diabetes={"pretrained_on": ["hdl"]})
    study = small_study(tmp_path, tasks=tasks, schemes=["equal"], seeds=[0], baselines=["network", "linear"])
    planned = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, tmp_path / "runs")
    return tuple(plan for plan in planned if plan.name.task in ("diabetes", "hdl"))


HDL, AFTER, LINEAR = "single-task hdl, seed 0", "single-task diabetes after hdl, seed 0", "linear diabetes"


def test_what_another_starts_from_is_fitted_first_whatever_the_order(plans: tuple[AnyPlan, ...]) -> None:
    executor = Here()
    found = fit_plain(plans[::-1], executor, 2, "train")
    assert executor.begun.index(HDL) < executor.begun.index(AFTER)
    assert [run.plan for run in found.runs] == list(plans[::-1]), "in the order of the plans"
    assert (found.effort.trained, found.effort.reused, found.failures) == (len(plans), 0, {})
    assert found.effort.training_seconds > 0


def test_what_is_known_is_not_fitted_again(plans: tuple[AnyPlan, ...]) -> None:
    fit_plain(plans, Here(), 2, "train")
    executor = Here()
    found = fit_plain(plans, executor, 2, "train")
    assert executor.begun == []
    assert (found.effort.trained, found.effort.reused, len(found.runs)) == (0, len(plans), len(plans))


def test_a_run_that_fails_stops_no_other_but_what_starts_from_it(plans: tuple[AnyPlan, ...]) -> None:
    executor = Here({HDL: [DataError("spoilt")]})
    found = fit_plain(plans, executor, 2, "train")
    assert found.failures == {HDL: "spoilt", AFTER: f"the run that it starts from, {HDL}, left none"}
    assert AFTER not in executor.begun
    assert LINEAR in {str(run.name) for run in found.runs}


def test_a_killed_worker_is_tried_again_a_few_times(plans: tuple[AnyPlan, ...]) -> None:
    found = fit_plain(plans, Here({LINEAR: [WorkerDiedError("killed")] * LOST_WORKER_RETRIES}), 2, "train")
    assert found.failures == {}
    again = [replace(plan, folder=plan.folder.with_name("other")) for plan in plans if str(plan.name) == LINEAR]
    found = fit_plain(again, Here({LINEAR: [WorkerDiedError("killed")] * (LOST_WORKER_RETRIES + 1)}), 2, "train")
    assert found.failures == {LINEAR: "killed"}


def test_a_full_disk_ends_it(plans: tuple[AnyPlan, ...]) -> None:
    with pytest.raises(DiskFullError):
        fit_plain(plans, Here({LINEAR: [OSError(28, "No space left on device")]}), 2, "train")
