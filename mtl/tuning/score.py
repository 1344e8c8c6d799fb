"""How good a trial is on validation: lower is better.

Networks, single-task and multi-task alike, are judged by what they stop by: the mean over the gated tasks of loss /
prior loss, which one number can say of many tasks. Any other baseline has one task, and is judged by that task's
headline metric, by which it is chosen among the baselines later.
"""

import math
from typing import assert_never

import numpy as np

from mtl.baselines.method_plan import MethodPlan
from mtl.baselines.study_runs import AnyPlan
from mtl.evaluation.metric import metric_named
from mtl.tasks.task import Task
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult


def score(plan: AnyPlan, result: RunResult | None) -> float:
    """The score of what a plan left; infinite where it left nothing, failed, or has no value."""
    if result is None or result.status == "failed":
        return math.inf
    tasks = [task for task in plan.prepared.tasks if task.name in plan.tasks]
    match plan:
        case RunPlan():
            found = _standing(tasks, result)
        case MethodPlan():
            found = -metric_named(tasks[0].metric).direction * result.scores[plan.task].get(tasks[0].metric, math.nan)
        case _ as never:
            assert_never(never)
    return found if math.isfinite(found) else math.inf


def _standing(tasks: list[Task], result: RunResult) -> float:
    """As of the kept epoch, as `Validation.standing` has it: a task without a validation label has no loss."""
    if result.best_epoch < 0:
        return math.inf
    losses = {task: result.history[f"validation/{task.name}/loss"][result.best_epoch] for task in tasks}
    known = [task for task in tasks if not math.isnan(losses[task])]
    gated = [task for task in known if not task.auxiliary] or known
    return float(np.mean([losses[task] / task.prior_loss for task in gated])) if gated else math.inf
