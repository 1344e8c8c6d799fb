"""Which runs go to the locked test side: chosen on validation alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtl.data.prepared import Prepared, Side
from mtl.evaluation.selection import choose_baselines, choose_candidate, measure_standings
from mtl.evaluation.truth import Predictions, TaskTruth
from mtl.run_names import RunName
from mtl.tasks.task import Task
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult


@dataclass(frozen=True)
class FittedRun:
    """A plan and what came of it."""

    plan: RunPlan
    result: RunResult

    @property
    def name(self) -> RunName:
        """The run's name."""
        return self.plan.name

    @property
    def finished(self) -> bool:
        """Whether it trained to its end."""
        return self.result.status == "finished"


@dataclass(frozen=True)
class Selection:
    """The runs that were chosen on validation.

    Attributes:
        candidate: the multi-task run; None when no multi-task run can be judged on every gated task.
        baselines: the single-task run of each gated task that has one.
        standings: of each multi-task run on each gated task, in standard errors of the difference to the baseline.
    """

    candidate: FittedRun | None
    baselines: Mapping[str, FittedRun]
    standings: Mapping[RunName, Mapping[str, float]]


def select(prepared: Prepared, runs: Sequence[FittedRun]) -> Selection:
    """Choose the candidate and the baselines among the finished runs."""
    finished = {run.name: run for run in runs if run.finished}
    side = prepared.side("validation")
    truths = truths_of(prepared, side)
    predictions = {name: observed_predictions(prepared, side, run.result.predictions) for name, run in finished.items()}
    baselines = choose_baselines(truths, predictions)
    standings = measure_standings(truths, predictions, baselines)
    chosen = choose_candidate(standings)
    return Selection(
        finished[chosen] if chosen else None, {task: finished[name] for task, name in baselines.items()}, standings
    )


def gated_tasks(prepared: Prepared) -> tuple[Task, ...]:
    """The fitted tasks that the decision is about."""
    return tuple(task for task in prepared.tasks if not task.auxiliary)


def truths_of(prepared: Prepared, side: Side) -> dict[str, TaskTruth]:
    """The observed labels of each gated task on a side."""
    truths = {}
    for position, task in enumerate(prepared.tasks):
        if not task.auxiliary:
            observed = ~np.isnan(side.labels[:, position])
            labels, units = side.labels[observed, position], side.units[observed]
            truths[task.name] = TaskTruth(task.name, task.kind, task.metric, labels, units, task.classes)
    return truths


def observed_predictions(prepared: Prepared, side: Side, predictions: Mapping[str, NDArray[np.float64]]) -> Predictions:
    """Of predictions for every row of a side, those that a gated task's observed labels can judge."""
    return {
        task.name: predictions[task.name][~np.isnan(side.labels[:, position])]
        for position, task in enumerate(prepared.tasks)
        if task.name in predictions and not task.auxiliary
    }
