"""What a run that is under way has reached, read from its last checkpoint by whoever watches."""

import io
import pickle

import torch

from mtl.baselines.study_runs import AnyPlan
from mtl.training.checkpoint import DIGEST_BYTES
from mtl.training.history import History
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult

MOST_TASKS = 4
"""Tasks whose scores a line of progress has room for."""


def so_far(plan: AnyPlan) -> str:
    """The epochs that a run has behind it, and its headline metrics on validation; empty before the first.

    A checkpoint that is half-read or of another version says nothing: it is the run's own to judge.
    """
    if not isinstance(plan, RunPlan):
        return ""
    try:
        stored = plan.checkpoint.read_bytes()[DIGEST_BYTES:]
        history: History = torch.load(io.BytesIO(stored), weights_only=True)["history"]
    except (OSError, KeyError, RuntimeError, EOFError, pickle.UnpicklingError):
        return ""
    epochs = max((len(values) for values in history.values()), default=0)
    latest = {
        task.name: history[f"validation/{task.name}/{task.metric}"][-1]
        for task in plan.prepared.tasks
        if task.name in plan.tasks and not task.auxiliary and history.get(f"validation/{task.name}/{task.metric}")
    }
    return ", ".join(part for part in (f"epoch {epochs}", _told(latest)) if part) if epochs else ""


def reached(plan: AnyPlan, result: RunResult) -> str:
    """A run that ended with its headline metrics on validation, or why it has none."""
    if result.status == "failed":
        return f"{plan.name} failed: {result.reason}"
    metrics = {task.name: task.metric for task in plan.prepared.tasks if not task.auxiliary}
    values = {
        task: scores[metrics[task]]
        for task, scores in result.scores.items()
        if task in metrics and metrics[task] in scores
    }
    return f"{plan.name}: {_told(values)}" if values else str(plan.name)


def _told(values: dict[str, float]) -> str:
    shown = [f"{task} {value:.3f}" for task, value in list(values.items())[:MOST_TASKS]]
    return ", ".join([*shown, *(["…"] if len(values) > MOST_TASKS else [])])
