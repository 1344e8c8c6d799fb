"""How the candidate and its opponents were trained: learning curves, task weights, gradient cosines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from mtl.report.tables import metric_label
from mtl.report.web.cosine_plot import cosine_plot
from mtl.report.web.curve_plot import Curve, curve_plot
from mtl.run_names import ApproachName, multi_task_runs
from mtl.spec import Spec
from mtl.study.choices import FittedRun, Selection
from mtl.study.diagnostics import cosines_by_epoch, mean_of_known, weights_by_epoch
from mtl.training.history import History

MOST_TASKS = 40
"""Tasks whose curves a page shows, and approaches whose weights."""


@dataclass(frozen=True)
class Plot:
    """A plot with its heading and its lines."""

    title: str
    curves: tuple[Curve, ...]
    svg: Markup

    @property
    def names(self) -> tuple[str, ...]:
        """Of its lines."""
        return tuple(curve.name for curve in self.curves)


def learning_curves(spec: Spec, selection: Selection, metrics: Mapping[str, str]) -> tuple[Plot, ...]:
    """Of each task its metric on validation over epochs: the candidate's, and its single-task network's.

    Args:
        spec: whose tasks they are.
        selection: the runs.
        metrics: the headline metric of each task.
    """
    found = []
    for task in spec.gated_tasks[:MOST_TASKS]:
        curves = tuple(_curves(task, metrics[task], selection))
        if svg := curve_plot(curves, f"{task}: {metrics[task]} on validation over epochs"):
            found.append(Plot(f"{task} ({metric_label(metrics[task])})", curves, svg))
    return tuple(found)


def _curves(task: str, metric: str, selection: Selection) -> Iterator[Curve]:
    network = next((run for run in selection.contenders.get(task, {}).values() if _has_epochs(run, task, metric)), None)
    for name, run in (("multi-task", selection.candidate), ("single-task network", network)):
        if run is not None and _has_epochs(run, task, metric):
            yield Curve(name, tuple(run.result.history[f"validation/{task}/{metric}"]), run.result.best_epoch)


def _has_epochs(run: FittedRun, task: str, metric: str) -> bool:
    return len(run.result.history.get(f"validation/{task}/{metric}", ())) > 1


def weight_plots(spec: Spec, runs: Sequence[FittedRun]) -> tuple[Plot, ...]:
    """Task weights over epochs under each approach, of its run with the least seed; on one scale."""
    tasks = tuple(spec.tasks)
    found = {approach: _weights(run.result.history, tasks) for approach, run in first_of_each_approach(runs).items()}
    known = {approach: weights for approach, weights in found.items() if np.isfinite(weights).any()}
    if not known:
        return ()
    values = np.concatenate([weights[np.isfinite(weights)] for weights in known.values()])
    low, high = float(min(values.min(), 0.0)), float(max(np.quantile(values, 0.99), 1.0))
    plots = []
    for approach, weights in list(known.items())[:MOST_TASKS]:
        curves = tuple(Curve(task, tuple(weights[:, position])) for position, task in enumerate(tasks))
        plots.append(
            Plot(str(approach), curves, curve_plot(curves, f"{approach}: task weights over epochs", low, high))
        )
    return tuple(plots)


def _weights(history: History, tasks: tuple[str, ...]) -> np.ndarray:
    return weights_by_epoch(history, tasks) if f"weight/{tasks[0]}" in history else np.zeros((0, len(tasks)))


def cosine_map(selection: Selection) -> Markup:
    """How far the gradients of the candidate's tasks agree, mean of all epochs; empty without a candidate."""
    if selection.candidate is None:
        return Markup("")
    tasks = tuple(selection.candidate.plan.tasks)
    return cosine_plot(mean_of_known(cosines_by_epoch(selection.candidate.result.history, tasks), axis=0), tasks)


def first_of_each_approach(runs: Sequence[FittedRun]) -> dict[ApproachName, FittedRun]:
    """The finished run of each approach with the least seed."""
    first: dict[ApproachName, FittedRun] = {}
    finished = {run.name: run for run in runs if run.finished}
    for name in multi_task_runs(finished):
        if name.approach is not None:
            first.setdefault(name.approach, finished[name])
    return first
