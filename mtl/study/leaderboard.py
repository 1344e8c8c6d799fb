"""Every contender of a study side by side: what it reaches on each task, how steadily, and what it costs.

For people and machines; nothing is decided by it. What stands for a contender was chosen on validation: a baseline's
best run on a task, an approach's run whose worst task stands best.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import numpy as np
from pydantic import ConfigDict

from mtl.evaluation.metric import metric_named
from mtl.evaluation.scores import CALIBRATION
from mtl.evaluation.selection import choose_candidate
from mtl.jsonable import EXACT
from mtl.run_names import ApproachName
from mtl.tuning.tuned import UNTUNED, Tuning

if TYPE_CHECKING:
    # Runs import PyTorch, which takes seconds that nobody waits for who only reads a leaderboard.
    from mtl.study.choices import FittedRun, Selection
    from mtl.study.measured import Measured
    from mtl.tasks.task import Task

IN_USE = "in use"
"""The contender that all incumbents are together."""


@dataclass(frozen=True)
class Standing:
    """What one contender reaches on one task. NaN where something is not known.

    Attributes:
        contender: a baseline's or an approach's label.
        run: the run that stands for it.
        validation: its headline metric on validation.
        test: on the test side; NaN unless that was opened for it.
        spread: standard deviation of the metric on validation over seeds; 0 of a baseline that draws nothing.
        calibration_error: of probabilities on validation.
        not_converged: why the run is not known to be trained to its end.
        settings: what tuning chose in place of what the spec says; None where nothing was tuned.
        rows: how many labelled training rows the run was fitted to, and of how many, where these are not all; else
            None.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    task: str
    metric: str
    contender: str
    run: str
    validation: float
    test: float
    spread: float
    calibration_error: float
    not_converged: str
    settings: Mapping[str, float] | None = None
    rows: tuple[int, int] | None = None


@dataclass(frozen=True)
class Cost:
    """What one contender takes for all gated tasks together: one model, or one for each task.

    Attributes:
        models: how many.
        mean_rank: among the contenders, on validation, 1 for the best, mean over the tasks.
        training_seconds: of the runs that stand for it.
        bytes: of their files.
        milliseconds_per_1000_rows: of their answers for all tasks.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    contender: str
    models: int
    mean_rank: float
    training_seconds: float
    bytes: int
    milliseconds_per_1000_rows: float


@dataclass(frozen=True)
class Leaderboard:
    """All contenders.

    Attributes:
        baselines: their labels, in the spec's order.
        candidate: the label of the candidate's approach; empty without one.
        standings: by task, then by contender; baselines first.
        costs: by contender, likewise.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    baselines: tuple[str, ...] = ()
    candidate: str = ""
    standings: tuple[Standing, ...] = ()
    costs: tuple[Cost, ...] = ()

    def of(self, task: str, contender: str) -> Standing | None:
        """What a contender reaches on a task, if it left a run."""
        return next((each for each in self.standings if (each.task, each.contender) == (task, contender)), None)

    @property
    def tuned(self) -> bool:
        """Whether settings were chosen for any contender."""
        return any(each.settings is not None for each in self.standings)

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks, each once."""
        return tuple(dict.fromkeys(each.task for each in self.standings))


Chosen: TypeAlias = "Mapping[str, Mapping[str, FittedRun]]"
"""Contender → task → the run that stands for it."""


def build_leaderboard(
    tasks: "Sequence[Task]",
    runs: "Sequence[FittedRun]",
    selection: "Selection",
    measured: "Measured | None",
    tuning: Tuning = UNTUNED,
) -> Leaderboard:
    """The leaderboard of the gated `tasks`."""
    finished = [run for run in runs if run.finished]
    chosen = {**_baselines(tasks, selection), **_approaches(tasks, finished, selection)}
    standings = tuple(
        replace(
            _standing(task, contender, by_task[task.name], finished, measured),
            settings=tuning.settings.get(by_task[task.name].name.subject),
        )
        for task in tasks
        for contender, by_task in chosen.items()
        if task.name in by_task
    )
    ranks = mean_ranks(tasks, standings)
    candidate = str(selection.candidate.name.approach) if selection.candidate else ""
    costs = tuple(_cost(contender, by_task, ranks) for contender, by_task in chosen.items())
    return Leaderboard(selection.asked, candidate, standings, costs)


def _baselines(tasks: "Sequence[Task]", selection: "Selection") -> Chosen:
    """Those that left a run on some task, in the order in which they were asked for."""
    found = {
        label: {task.name: best[label] for task in tasks if label in (best := selection.contenders.get(task.name, {}))}
        for label in selection.asked
    }
    return {label: by_task for label, by_task in found.items() if by_task}


def _approaches(tasks: "Sequence[Task]", finished: "Sequence[FittedRun]", selection: "Selection") -> Chosen:
    """The run of each approach whose worst task stands best, or the candidate; the first where none can be judged."""
    by_approach: dict[ApproachName, list[FittedRun]] = {}
    for run in finished:
        if run.name.approach is not None:
            by_approach.setdefault(run.name.approach, []).append(run)
    found = {}
    candidate = selection.candidate
    for approach, runs in by_approach.items():
        best = choose_candidate({run.name: selection.standings.get(run.name, {}) for run in runs})
        if candidate and candidate.name.approach == approach:
            best = candidate.name
        run = next((run for run in runs if run.name == best), runs[0])
        found[str(approach)] = {task.name: run for task in tasks}
    return found


def _standing(
    task: "Task", contender: str, run: "FittedRun", finished: "Sequence[FittedRun]", measured: "Measured | None"
) -> Standing:
    scores = run.result.scores[task.name]
    return Standing(
        task=task.name,
        metric=task.metric,
        contender=contender,
        run=str(run.name),
        validation=scores[task.metric],
        test=_on_test(task, run, measured),
        spread=_spread(task, run, finished),
        calibration_error=scores.get(CALIBRATION, np.nan),
        not_converged=run.result.not_converged,
        rows=_rows(run),
    )


def _rows(run: "FittedRun") -> tuple[int, int] | None:
    fitted, labelled = run.result.fitted_rows, run.result.labelled_rows
    return None if fitted is None or labelled is None or fitted == labelled else (fitted, labelled)


def _on_test(task: "Task", run: "FittedRun", measured: "Measured | None") -> float:
    predictions = measured.predictions.get(run.name, {}) if measured else {}
    if measured is None or task.name not in predictions or task.name not in measured.truths:
        return np.nan
    truth = measured.truths[task.name]
    return metric_named(truth.metric).score(truth.labels, truth.aligned(predictions[task.name]))


def _spread(task: "Task", run: "FittedRun", finished: "Sequence[FittedRun]") -> float:
    if run.name.seed is None:
        return 0.0
    name = run.name
    alike = [
        other.result.scores[task.name][task.metric]
        for other in finished
        if (other.name.approach, other.name.task, other.name.family) == (name.approach, name.task, name.family)
    ]
    return float(np.std(alike, ddof=1)) if len(alike) > 1 else np.nan


def mean_ranks(tasks: "Sequence[Task]", standings: Sequence[Standing]) -> dict[str, float]:
    """Of each contender its rank on validation, 1 for the best, mean over the tasks that it answers."""
    ranks: dict[str, list[int]] = {}
    for task in tasks:
        direction = metric_named(task.metric).direction
        of_task = [each for each in standings if each.task == task.name]
        for each in of_task:
            better = [other for other in of_task if direction * (other.validation - each.validation) > 0]
            ranks.setdefault(each.contender, []).append(1 + len(better))
    return {contender: float(np.mean(of_tasks)) for contender, of_tasks in ranks.items()}


def _cost(contender: str, by_task: "Mapping[str, FittedRun]", ranks: Mapping[str, float]) -> Cost:
    results = {run.plan.key: run.result for run in by_task.values()}.values()
    return Cost(
        contender,
        len(results),
        ranks[contender],
        sum(result.seconds for result in results),
        sum(result.bytes for result in results),
        sum(result.milliseconds_per_1000_rows for result in results),
    )


def strongest_baselines(board: Leaderboard) -> Iterator[tuple[Standing, Standing | None]]:
    """Of each task on which a baseline that is no network is best on the test side: that, and the candidate.

    What the test side was not opened for does not count; nothing is chosen by it.
    """
    for task in board.tasks:
        known = [
            each
            for each in board.standings
            if each.task == task and np.isfinite(each.test) and each.contender in (*board.baselines, board.candidate)
        ]
        best = max(known, key=lambda each: metric_named(each.metric).direction * each.test, default=None)
        if best is not None and best.contender not in ("network", board.candidate):
            yield best, board.of(task, board.candidate)
