"""Every run of a study, side by side: each a Prefect step with state and retries, each fitted by a worker."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prefect import allow_failure
from prefect.futures import PrefectFuture, as_completed

from flows import fit_steps, steps
from flows.open_study import Study
from flows.progress import stage
from mtl import registry
from mtl.baselines.study_runs import AnyPlan, plan_study
from mtl.data.frame import Frame
from mtl.data.prepared import known_arrays
from mtl.disk_space import full_disk
from mtl.report.outcome import Effort
from mtl.run_names import RunName
from mtl.study import tracking_records
from mtl.study.choices import FittedRun
from mtl.study.lost_kinds import lost_kind
from mtl.study.paces import keep_paces, paces_of
from mtl.study.under_way import reached
from mtl.training.results import RunResult
from mtl.tuning.tuned import Tuned, Tuning

if TYPE_CHECKING:
    from flows.run_places import RunExecutor


@dataclass(frozen=True)
class StudyRuns:
    """All runs of a study.

    Attributes:
        runs: those that left a result, finished or failed.
        children: the run id in MLflow of each of them.
        failures: each run that did not finish, and why.
        lost: what is to be said of a kind of which no run finished; empty where each has one.
        tuning: how their settings were chosen.
    """

    runs: tuple[FittedRun, ...]
    children: Mapping[RunName, str]
    failures: Mapping[str, str]
    lost: str
    effort: Effort
    tuning: Tuning

    @property
    def by_child(self) -> dict[str, FittedRun]:
        """The runs by their ids in MLflow."""
        return {self.children[run.name]: run for run in self.runs}


def warm_up(study: Study, frame: Frame, executor: "RunExecutor") -> None:
    """Have workers import while the data are checked and prepared, unless every run is known already."""
    prepared = known_arrays(study.spec, frame, study.store.prepared)
    plans = plan_study(study.spec, study.approaches, prepared, frame, study.store.runs) if prepared else ()
    if not plans or not all(plan.is_fitted for plan in plans):
        executor.warm_up()


def fit_all(study: Study, tuned: Tuned, tracked: str, executor: Executor) -> StudyRuns:
    """Fit every run that no trial or earlier study left, and log each. A run that fails does not stop the others."""
    fitted = _fit(study, tuned.plans, tracked, executor)
    trained = tuned.trained | fitted.trained  # what was trained further stands for what it was before
    reused = (tuned.reused | fitted.known) - set(trained)
    lost = lost_kind([plan.name for plan in tuned.plans], fitted.failures)
    effort = _effort(trained, reused, study.workers)
    if trained:
        keep_paces(study.store.paces(study.spec.name), paces_of(study.spec, tuned.plans[0].prepared, fitted.runs))
    return StudyRuns(fitted.runs, fitted.children, fitted.failures, lost, effort, tuned.tuning)


def fit_fresh(
    study: Study, fitted: StudyRuns, plans: Sequence[AnyPlan], tracked: str, executor: Executor
) -> tuple[tuple[FittedRun, ...], StudyRuns]:
    """Fit the runs that confirm a choice, and log each: they, and all runs of the study with them among them."""
    fresh = _fit(study, plans, tracked, executor, "Confirm with fresh seeds")
    effort = fitted.effort.plus(_effort(fresh.trained, fresh.known, study.workers))
    runs = (*fitted.runs, *fresh.runs)
    children, failures = {**fitted.children, **fresh.children}, {**fitted.failures, **fresh.failures}
    return fresh.runs, replace(fitted, runs=runs, children=children, failures=failures, effort=effort)


@dataclass(frozen=True)
class _Fitted:
    """Runs that left a result, in the order of their plans, and the keys of those that were known before."""

    runs: tuple[FittedRun, ...]
    children: Mapping[RunName, str]
    failures: Mapping[str, str]
    known: frozenset[str]

    @property
    def trained(self) -> dict[str, RunResult]:
        """What was trained now, by key."""
        return {run.plan.key: run.result for run in self.runs if run.plan.key not in self.known}


def _fit(study: Study, plans: Sequence[AnyPlan], tracked: str, executor: Executor, told: str = "Train") -> _Fitted:
    known = [FittedRun(plan, plan.result) for plan in plans if plan.result]
    children = dict(steps.log_known(study, tracked, known)) if known else {}
    runs, failures, now = {run.plan.key: run for run in known}, {}, []
    left = [plan for plan in plans if plan.key not in runs]
    with stage(told, len(left)) as training, registry.logging_trainings(study.registry, tracked) as log:
        for plan, answer in fit_each(left, executor):
            if isinstance(answer, RunResult):
                runs[plan.key] = run = FittedRun(plan, answer)
                log.add(tracking_records.training_record(run, reused=False))
                now.append(run.name)
            elif full := full_disk(answer):
                raise full
            else:
                failures[str(plan.name)] = str(answer)
            training.advance(reached(plan, answer) if isinstance(answer, RunResult) else str(plan.name))
    children |= dict(zip(now, log.ids, strict=True))
    # They ended in any order: what is chosen among equals must not depend on it, but on the spec.
    found = tuple(runs[plan.key] for plan in plans if plan.key in runs)
    failures |= {str(run.name): run.result.reason for run in found if not run.finished}
    return _Fitted(found, children, failures, frozenset(run.plan.key for run in known))


def fit_each(plans: Sequence[AnyPlan], executor: Executor) -> Iterator[tuple[AnyPlan, object]]:
    """Each plan with its result, or with the exception that its last try ended in, as they end.

    A run waits for the one that it starts from, which stands before it unless it is known; that one may have failed.
    """
    futures: dict[str, PrefectFuture[RunResult]] = {}
    for plan in plans:
        source = futures.get(plan.pretrained.key) if plan.pretrained else None
        wait_for = [allow_failure(source)] if source else []
        futures[plan.key] = fit_steps.fit.submit(plan, executor, wait_for=wait_for, return_state=False)
    plan_of = {futures[plan.key].task_run_id: plan for plan in plans}
    for future in as_completed(list(futures.values())):
        yield plan_of[future.task_run_id], future.result(raise_on_failure=False)


def _effort(trained: Mapping[str, RunResult], reused: Collection[str], workers: int) -> Effort:
    """Of the results of what was trained now and the keys of what earlier studies had left, trials among both."""
    return Effort(len(trained), len(reused), sum(result.seconds for result in trained.values()), workers)
