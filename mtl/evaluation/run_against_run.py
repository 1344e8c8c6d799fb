"""One run against one, each pair on resamples of its own: the comparison of decisions before version 4 of the rules.

Decisions of then are made again by it, and the simulations show by it what has become better. What is decided now rests
on `mtl.study.comparing`.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from mtl.evaluation.comparison import ChampionAnswer, ChampionCompared, ChampionUnknown, Comparison, TaskComparison
from mtl.evaluation.constant_predictor import repeated
from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import Bootstrap, paired_difference
from mtl.evaluation.truth import FloatArray, Predictions, TaskTruth
from mtl.run_names import NETWORK, ApproachName, RunName, multi_task_runs, single_task_runs


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
