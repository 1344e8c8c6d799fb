"""The evidence on the locked test side: a candidate against its baselines and against the champion.

A comparison follows from saved labels and predictions alone, so that it can be computed again years later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal, TypeAlias

import numpy as np
from pydantic import ConfigDict

from mtl.evaluation.constant_predictor import repeated
from mtl.evaluation.incumbent_comparison import IncumbentAnswer
from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import Bootstrap, PairedDifference, paired_difference
from mtl.evaluation.procedure_difference import ProcedureDifference
from mtl.evaluation.slices import SliceDifference
from mtl.evaluation.truth import FloatArray, Predictions, TaskTruth
from mtl.jsonable import EXACT, to_json
from mtl.run_names import NETWORK, ApproachName, RunName, multi_task_runs, single_task_runs


@dataclass(frozen=True)
class ChampionAbsent:
    """The registry was read, and no version is the champion yet."""

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    answer: Literal["no champion"] = "no champion"


@dataclass(frozen=True)
class ChampionCompared:
    """The champion was scored on the same rows as the candidate.

    Attributes:
        version: the champion's registered version.
        differences: candidate − champion, for each task that both predict.
        lost: by task, the classes of which the champion finds some rows and the candidate none.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    version: str
    differences: tuple[PairedDifference, ...]
    answer: Literal["compared"] = "compared"
    lost: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ChampionUnknown:
    """There may be a champion, but it could not be read or scored: not the same answer as none.

    Attributes:
        reason: what went wrong.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    reason: str
    answer: Literal["cannot tell"] = "cannot tell"


ChampionAnswer: TypeAlias = ChampionAbsent | ChampionCompared | ChampionUnknown


@dataclass(frozen=True)
class TaskComparison:
    """The evidence on one task.

    Attributes:
        difference: the candidate itself against the one run that stands for its opponent, on the test side.
        seed_mean_difference: (mean over seeds of the candidate's scheme − mean over seeds of the baseline's family: the
            same baseline, pretrained on what it was; the value itself of one that draws nothing) × the metric's
            direction; NaN unless both sides, and all baselines from random weights, have the same seeds.
        seeds: number of seeds in the candidate's mean.
        by_baseline: the candidate against the best run on validation of each baseline, for people.
        constant: the candidate against the best constant of the training labels; None where none was kept.
        procedure: the candidate's way of training against its opponent's, over the seeds that confirm; None where some
            seed is missing, and before version 4 of the rules.
        rare_labels: test labels of all classes but the most frequent; those of all where there are no classes.
        lost: the classes of which the opponent finds some rows and the candidate none.
        tail: the share of the candidate's or its opponent's loss that the largest hundredth of the rows makes up,
            whichever is larger; None where a metric is no mean of losses.
        adjusted: the p-value of `procedure` being no better, adjusted for being one of several tasks; None without one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    difference: PairedDifference
    seed_mean_difference: float
    seeds: int
    by_baseline: Mapping[str, PairedDifference] = field(default_factory=dict)
    constant: PairedDifference | None = None
    procedure: ProcedureDifference | None = None
    rare_labels: int = 0
    lost: tuple[str, ...] = ()
    tail: float | None = None
    adjusted: float | None = None

    @property
    def task(self) -> str:
        """The task's name."""
        return self.difference.task


@dataclass(frozen=True)
class Comparison:
    """All the evidence on the test side. A task without a baseline, or without the candidate's prediction, is absent.

    Attributes:
        candidate: the multi-task run.
        baselines: the single-task run that each task was compared with.
        tasks: the evidence, task by task.
        champion: the candidate against what is served now.
        incumbents: the candidate against the model in use of each task that has one.
        anchor: the candidate against the best former champion, where that is not what is served now.
        slices: the candidate against its opponents on parts of the rows.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    candidate: RunName
    baselines: Mapping[str, RunName]
    tasks: tuple[TaskComparison, ...]
    champion: ChampionAnswer
    incumbents: Mapping[str, IncumbentAnswer] = field(default_factory=dict)
    anchor: ChampionAnswer = field(default_factory=ChampionAbsent)
    slices: tuple[SliceDifference, ...] = ()

    def of(self, task: str) -> TaskComparison | None:
        """The evidence on a task, if there is any."""
        return next((each for each in self.tasks if each.task == task), None)

    def to_json(self) -> str:
        """As JSON; NaN and infinities survive as strings."""
        return to_json(self)


def compare(
    truths: Mapping[str, TaskTruth],
    predictions: Mapping[RunName, Predictions],
    *,
    candidate: RunName,
    baselines: Mapping[str, RunName],
    champion: ChampionAnswer,
    bootstrap: Bootstrap,
    contenders: Mapping[str, Mapping[str, RunName]] | None = None,
) -> Comparison:
    """The candidate against its baselines.

    Args:
        truths: test labels by gated task.
        predictions: test predictions of the candidate's scheme and of the single-task models, all their seeds.
        candidate: the run chosen on validation.
        baselines: per task, the run chosen on validation.
        champion: from `compare_champion`, or why there is no such comparison.
        bootstrap: how to resample.
        contenders: per task, the run of each baseline that was best on validation, to be compared for people.

    Raises:
        ValueError: predictions that are not aligned with the labels.
    """
    tried = predictions.get(candidate, {})
    present = {
        task: predictions[baselines[task]][task]
        for task in truths
        if task in tried and task in baselines and task in predictions.get(baselines[task], {})
    }
    tasks = tuple(
        TaskComparison(
            paired_difference(truths[task], tried[task], reference, bootstrap),
            *seed_mean_difference(truths[task], predictions, candidate.approach, baselines[task].family),
            {
                baseline: paired_difference(truths[task], tried[task], predictions[run][task], bootstrap)
                for baseline, run in (contenders or {}).get(task, {}).items()
                if task in predictions.get(run, {})
            },
        )
        for task, reference in present.items()
    )
    return Comparison(candidate, {task: baselines[task] for task in present}, tasks, champion)


def with_constants(
    comparison: Comparison,
    truths: Mapping[str, TaskTruth],
    candidate: Predictions,
    constants: Mapping[str, FloatArray],
    bootstrap: Bootstrap,
) -> Comparison:
    """The comparison with the candidate's differences to `constants`: predictions for whatever row, by task."""
    against = {
        task: paired_difference(truths[task], candidate[task], repeated(constant, truths[task]), bootstrap)
        for task, constant in constants.items()
        if comparison.of(task)
    }
    return replace(comparison, tasks=tuple(replace(each, constant=against.get(each.task)) for each in comparison.tasks))


def compare_champion(
    truths: Mapping[str, TaskTruth],
    candidate: Predictions,
    champion: Predictions,
    *,
    version: str,
    bootstrap: Bootstrap,
) -> ChampionCompared | ChampionUnknown:
    """The candidate against the champion on every task of `truths` that both predict.

    Predictions that are not aligned with the labels (a champion of other classes) cannot be compared.
    """
    shared = [task for task in truths if task in candidate and task in champion]
    try:
        differences = tuple(
            paired_difference(truths[task], candidate[task], champion[task], bootstrap) for task in shared
        )
    except ValueError as error:
        return ChampionUnknown(f"champion version {version}: {error}")
    return ChampionCompared(version, differences)


def seed_mean_difference(
    truth: TaskTruth,
    predictions: Mapping[RunName, Predictions],
    approach: ApproachName | None,
    family: tuple[str, str | None] = (NETWORK, None),
) -> tuple[float, int]:
    """(mean over seeds of the approach − mean over seeds of single-task) × direction, and the number of seeds.

    It answers what a single pair of runs cannot: whether the scheme is better, or this seed was lucky. A seed that
    only one side has (a run that diverged) would flatter the side that lost it, so the difference is then NaN. The
    single-task runs are those of one family, the baseline's, all pretrained on the same task or all from random
    weights. A mean over families would count the worse ones against the best, and flatter the scheme. No seed of any
    family from random weights may be lost, whichever the baseline is of: it may have been better. A family that draws
    nothing has one run, whose value is its mean over any seeds.
    """
    ours = [run for run in multi_task_runs(predictions) if run.approach == approach and truth.task in predictions[run]]
    alone = [run for run in single_task_runs(predictions, truth.task) if truth.task in predictions[run]]
    theirs = [run for run in alone if run.family == family]
    complete = {family, (family[0], None), *(run.family for run in alone if run.pretrained_on is None)}
    seeds = [[run.seed for run in alone if run.family == each] for each in complete]
    if not ours or any(each not in ([run.seed for run in ours], [None]) for each in seeds):
        return np.nan, len({run.seed for run in ours} & {run.seed for run in theirs})
    metric = metric_named(truth.metric)
    means = [
        np.mean([metric.score(truth.labels, truth.aligned(predictions[run][truth.task])) for run in runs])
        for runs in (ours, theirs)
    ]
    return float(metric.direction * (means[0] - means[1])), len(ours)
