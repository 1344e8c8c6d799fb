"""The study's report on disk: tables, plots, and the evidence that the decision can be repeated from."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from mtl.data.prepared import Prepared
from mtl.evaluation.comparison import Comparison
from mtl.promotion.decision import Decision
from mtl.promotion.likely_causes import explain
from mtl.report.decision_page import decision_markdown
from mtl.report.plots import cosines_figure, differences_figure, png, weights_figure
from mtl.spec import Spec
from mtl.storage import write_json
from mtl.study.choices import FittedRun, Selection
from mtl.study.diagnostics import cosines_by_epoch, diagnose, weights_by_epoch
from mtl.study.tracking_records import standings_table


def likely_causes(
    prepared: Prepared, selection: Selection, comparison: Comparison | None, decision: Decision
) -> tuple[str, ...]:
    """A sentence for each cause that the numbers show of a task that is not better; none after a promotion."""
    return explain(decision, comparison, diagnose(prepared, selection))


def empty_report(folder: Path) -> Path:
    """An empty folder in place of an earlier report, and the file in it for the evidence of the test side."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder / "test_predictions.npz"


def write_report(
    spec: Spec,
    runs: Sequence[FittedRun],
    selection: Selection,
    comparison: Comparison | None,
    decision: Decision,
    causes: Sequence[str],
    folder: Path,
) -> Path:
    """Write report.md, what was found as JSON, and the plots into `folder`."""
    title = spec.title or spec.name
    (folder / "report.md").write_text(decision_markdown(title, decision, comparison, causes), encoding="utf-8")
    (folder / "decision.json").write_text(decision.to_json(), encoding="utf-8")
    (folder / "spec.json").write_text(spec.model_dump_json(indent=1), encoding="utf-8")
    write_json(folder / "standings_on_validation.json", standings_table(selection))
    _plot_weights(spec, runs, folder)
    if comparison is not None:
        (folder / "comparison.json").write_text(comparison.to_json(), encoding="utf-8")
        (folder / "differences.png").write_bytes(png(differences_figure(comparison, spec.gate.margin)))
    if selection.candidate is not None:
        tasks = tuple(selection.candidate.plan.tasks)
        cosines = cosines_by_epoch(selection.candidate.result.history, tasks)
        (folder / "gradient_cosines.png").write_bytes(png(cosines_figure(cosines, tasks)))
    return folder


def _plot_weights(spec: Spec, runs: Sequence[FittedRun], folder: Path) -> None:
    """Weights over epochs of every scheme, from its first finished seed."""
    first: dict[str, FittedRun] = {}
    for run in sorted((run for run in runs if run.finished and run.name.approach), key=lambda run: run.name.seed):
        first.setdefault(str(run.name.approach), run)
    tasks = tuple(spec.tasks)
    if first:
        weights = {scheme: weights_by_epoch(run.result.history, tasks) for scheme, run in first.items()}
        (folder / "weights.png").write_bytes(png(weights_figure(weights, tasks)))
