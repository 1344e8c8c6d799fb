"""How good a trial is on validation: lower is better.

Networks, single-task and multi-task alike, are judged by what they stop by: the mean over the gated tasks of loss /
prior loss, which one number can say of many tasks. Any other baseline has one task, and is judged by that task's
headline metric, by which it is chosen among the baselines later.
"""

import math
from itertools import accumulate
from typing import assert_never

import numpy as np

from mtl.baselines.method_plan import MethodPlan
from mtl.baselines.study_runs import AnyPlan
from mtl.evaluation.metric import metric_named
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult


def score(plan: AnyPlan, result: RunResult | None) -> float:
    """The score of what a plan left; infinite where it left nothing, failed, or has no value."""
    if result is None or result.status == "failed":
        return math.inf
    match plan:
        case RunPlan():
            return min(reached(plan, result), default=math.inf)
        case MethodPlan():
            metric = next(task.metric for task in plan.prepared.tasks if task.name == plan.task)
            found = -metric_named(metric).direction * result.scores[plan.task].get(metric, math.nan)
            return found if math.isfinite(found) else math.inf
        case _ as never:
            assert_never(never)


def reached(plan: AnyPlan, result: RunResult | None) -> tuple[float, ...]:
    """The best standing of a network by the end of each epoch; empty for what left nothing, failed, or is none.

    As the run itself saw it, to the bit (`Validation.standing`): a task without a validation label has no loss.
    """
    if result is None or result.status == "failed" or not isinstance(plan, RunPlan) or result.best_epoch < 0:
        return ()
    losses = {
        task: result.history[f"validation/{task.name}/loss"] for task in plan.prepared.tasks if task.name in plan.tasks
    }
    known = [task for task, by_epoch in losses.items() if not math.isnan(by_epoch[0])]
    gated = [task for task in known if not task.auxiliary] or known
    standings = (
        float(np.mean([loss / task.prior_loss for loss, task in zip(epoch, gated, strict=True)]))
        for epoch in zip(*(losses[task] for task in gated), strict=True)
    )
    return tuple(accumulate(standings, min))
