"""Which runs go to the locked test side: choices that look at validation alone.

A task's standing is the paired difference to its baseline divided by the bootstrap standard error of that
difference: how many standard errors better. It has no unit, so standings of a log loss and of an R² compare, and the
worst of them says where a run is furthest from what the gate asks, which is to be better on every task.
"""

from collections.abc import Mapping

import numpy as np

from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import Bootstrap, paired_difference
from mtl.evaluation.truth import Predictions, TaskTruth
from mtl.run_names import RunName, single_task_runs

STANDARD_ERROR = Bootstrap(resamples=200, confidence=0.5)
"""Enough resamples to know a standard error to about 5 %; no interval is read from them."""


def best_of_each_baseline(
    truths: Mapping[str, TaskTruth], predictions: Mapping[RunName, Predictions]
) -> dict[str, dict[str, RunName]]:
    """Per task and baseline, the single-task run with the best headline metric on validation, the best baseline first.

    A run whose value is undefined is not chosen; networks win a tie, of them those from random weights, then the first
    seed. Networks without a run from random weights have none to choose, however many were pretrained: they are absent
    from the result, as is whatever left no run, and the gate then refuses.

    Args:
        truths: validation labels by task.
        predictions: validation predictions of every run.
    """
    return {task: _best_of_each(truth, predictions) for task, truth in truths.items()}


def choose_baselines(truths: Mapping[str, TaskTruth], predictions: Mapping[RunName, Predictions]) -> dict[str, RunName]:
    """Per task, the best run of the best baseline on validation; a task of which no run has a value is absent.

    Arguments as of `best_of_each_baseline`.
    """
    found = best_of_each_baseline(truths, predictions)
    return {task: next(iter(best.values())) for task, best in found.items() if best}


def best_on_validation(truth: TaskTruth, predictions: Mapping[RunName, Predictions]) -> RunName | None:
    """The run with the best headline metric on a task; None where none has a value. The first wins a tie."""
    scores = {run: _directed_score(truth, each) for run, each in predictions.items()}
    finite = {run: score for run, score in scores.items() if np.isfinite(score)}
    return max(finite, key=finite.__getitem__) if finite else None


def measure_standings(
    truths: Mapping[str, TaskTruth],
    predictions: Mapping[RunName, Predictions],
    baselines: Mapping[str, RunName],
    bootstrap: Bootstrap = STANDARD_ERROR,
) -> dict[RunName, dict[str, float]]:
    """Each multi-task run's standing on each task of `truths`; NaN where a baseline, prediction or value is missing.

    Args:
        truths: validation labels by gated task; auxiliary tasks have no say.
        predictions: validation predictions of every run; their order is that of the result.
        baselines: the chosen single-task run of each task.
        bootstrap: how to resample.
    """
    return {
        run: {
            task: _standing(truth, predictions[run], predictions.get(baselines[task], {}), bootstrap)
            if task in baselines
            else np.nan
            for task, truth in truths.items()
        }
        for run in predictions
        if run.approach is not None
    }


def choose_candidate(standings: Mapping[RunName, Mapping[str, float]]) -> RunName | None:
    """The run whose worst task stands best; None when every run has a standing that is not finite, or none.

    The first in the order of `standings` wins a tie.
    """
    worst = {
        run: min(by_task.values())
        for run, by_task in standings.items()
        if by_task and np.isfinite(list(by_task.values())).all()
    }
    return max(worst, key=worst.__getitem__) if worst else None


def _best_of_each(truth: TaskTruth, predictions: Mapping[RunName, Predictions]) -> dict[str, RunName]:
    scores = {run: _directed_score(truth, predictions[run]) for run in single_task_runs(predictions, truth.task)}
    finite = {run: score for run, score in scores.items() if np.isfinite(score)}
    begun = {run.baseline for run in finite if run.pretrained_on is None}
    best: dict[str, RunName] = {}
    for run in sorted(finite, key=finite.__getitem__, reverse=True):  # stable: who stands first wins a tie
        if run.baseline in begun:
            best.setdefault(run.baseline, run)
    return best


def _directed_score(truth: TaskTruth, predictions: Predictions) -> float:
    """The headline metric, higher is better; NaN without predictions of the task."""
    if truth.task not in predictions:
        return np.nan
    metric = metric_named(truth.metric)
    return metric.direction * metric.score(truth.labels, truth.aligned(predictions[truth.task]))


def _standing(truth: TaskTruth, run: Predictions, baseline: Predictions, bootstrap: Bootstrap) -> float:
    """Standard errors by which a run is better than the baseline; NaN where that is undefined."""
    if truth.task not in run or truth.task not in baseline:
        return np.nan
    paired = paired_difference(truth, run[truth.task], baseline[truth.task], bootstrap)
    if paired.difference == 0:
        return 0.0
    if not paired.standard_error > 1e-9 * abs(paired.difference):
        return np.nan  # one unit, or all alike: spread by rounding alone does not measure how sure the difference is
    return paired.difference / paired.standard_error
