"""Which runs go to the locked test side: chosen on validation alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mtl.baselines.study_runs import AnyPlan
from mtl.data.prepared import Prepared, Side
from mtl.evaluation.judgeable import CHOOSING, unjudged_on
from mtl.evaluation.selection import best_of_each_baseline, choose_baselines, choose_candidate, measure_standings
from mtl.evaluation.truth import Predictions, TaskTruth
from mtl.promotion.evidence import Opponent
from mtl.run_names import RunName
from mtl.tasks.task import Task
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult


@dataclass(frozen=True)
class FittedRun:
    """A plan and what came of it."""

    plan: AnyPlan
    result: RunResult

    @property
    def name(self) -> RunName:
        """The run's name."""
        return self.plan.name

    @property
    def finished(self) -> bool:
        """Whether it trained to its end."""
        return self.result.status == "finished"

    @property
    def network(self) -> RunPlan:
        """The plan of a run that trained a network.

        Raises:
            TypeError: it is a baseline that is none.
        """
        if not isinstance(self.plan, RunPlan):
            raise TypeError(f"{self.name} is no network")
        return self.plan


@dataclass(frozen=True)
class Selection:
    """The runs that were chosen on validation.

    Attributes:
        candidate: the multi-task run; None when no multi-task run can be judged on every gated task.
        baselines: the single-task run of each gated task that has one.
        standings: of each multi-task run on each gated task, in standard errors of the difference to the baseline.
        contenders: of each gated task the best run of each baseline that left one, the best baseline first.
        asked: the labels of the baselines that the spec asks for.
        unjudged: why the validation side cannot judge a gated task, which then has no say in the choice.
        opponents: of each gated task the runs of its opponent whose mean is compared; empty where the chosen run alone
            is.
        confirming: the fresh seeds that candidate and opponents were trained with; empty before that.
    """

    candidate: FittedRun | None
    baselines: Mapping[str, FittedRun]
    standings: Mapping[RunName, Mapping[str, float]]
    contenders: Mapping[str, Mapping[str, FittedRun]]
    asked: tuple[str, ...]
    unjudged: Mapping[str, str] = field(default_factory=dict)
    opponents: Mapping[str, tuple[FittedRun, ...]] = field(default_factory=dict)
    confirming: tuple[int, ...] = ()

    def opponent(self, task: str) -> Opponent:
        """What is known of a task's opponent: the baselines that left nothing to judge, and whether it converged."""
        left = self.contenders.get(task, {})
        compared = self.opponents.get(task) or [run for run in [self.baselines.get(task)] if run]
        untrained = [run.result.not_converged for run in compared if run.result.not_converged]
        return Opponent(tuple(label for label in self.asked if label not in left), untrained[0] if untrained else "")


def select(prepared: Prepared, runs: Sequence[FittedRun], asked: Sequence[str]) -> Selection:
    """Choose the candidate and the baselines among the finished runs; `asked`: the baselines that the spec names."""
    finished = {run.name: run for run in runs if run.finished}
    side = prepared.side("validation")
    found = truths_of(prepared, side)
    unjudged = unjudged_on("validation", found, CHOOSING)
    truths = {task: truth for task, truth in found.items() if task not in unjudged}
    predictions = {name: observed_predictions(prepared, side, run.result.predictions) for name, run in finished.items()}
    contenders = best_of_each_baseline(truths, predictions)
    baselines = choose_baselines(truths, predictions)
    standings = measure_standings(truths, predictions, baselines)
    chosen = choose_candidate(standings)
    return Selection(
        finished[chosen] if chosen else None,
        {task: finished[name] for task, name in baselines.items()},
        standings,
        {task: {label: finished[name] for label, name in best.items()} for task, best in contenders.items()},
        tuple(asked),
        unjudged,
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
