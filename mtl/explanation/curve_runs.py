"""The trainings behind a learning curve, and the curve that they give."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from mtl.explanation.learning_curve import SHARES, LearningCurve, learning_curve
from mtl.explanation.thinned import thinned
from mtl.tasks.task import Task
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult


def curve_plans(like: RunPlan, seeds: Sequence[int]) -> dict[float, tuple[RunPlan, ...]]:
    """By share of the labels, a training with each seed, each on a draw of labels of its own."""
    return {
        share: tuple(
            replace(like, prepared=thinned(like.prepared, share, draw)).with_seed(seed)
            for draw, seed in enumerate(seeds)
        )
        for share in SHARES
    }


def curve_of(
    task: Task, plans: Mapping[float, Sequence[RunPlan]], results: Mapping[float, Sequence[RunResult]]
) -> LearningCurve:
    """A task's curve on validation; a run that failed leaves no value."""
    found = {share: [_value(task, result) for result in left] for share, left in results.items()}
    labels = [round(float(np.mean([_labels(plan, task) for plan in each]))) for each in plans.values()]
    return learning_curve(task.name, task.metric, labels, found)


def _value(task: Task, result: RunResult) -> float:
    return result.scores[task.name].get(task.metric, np.nan) if result.status == "finished" else np.nan


def _labels(plan: RunPlan, task: Task) -> int:
    position = [each.name for each in plan.prepared.tasks].index(task.name)
    return int((~np.isnan(plan.prepared.side("train").labels[:, position])).sum())
