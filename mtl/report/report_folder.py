"""A study's report on disk: tables, plots, and the evidence that the decision can be repeated from.

report.html                      the study for people: one file, which asks for nothing else
report.md                        the decision, for where there are no pages
model_card.md                    what whoever is to use the candidate should know of it
decision.json, evidence.npz      the decision, and what it was made from (`mtl decide` makes it again)
comparison.json                  the differences on the test side
standings_on_validation.json     what the candidate was chosen by
leaderboard.json                 every contender on every task, and what it costs
tuning.json                      which settings were chosen among how many
data_checks.json, spec.json      what was checked, and what was asked
*.png                            differences, weights and gradient cosines
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from mtl.jsonable import to_json
from mtl.report.decision_page import decision_markdown
from mtl.report.leaderboard_table import leaderboard_markdown
from mtl.report.plots import cosines_figure, differences_figure, png, weights_figure
from mtl.report.report_material import Material, Told
from mtl.report.report_names import CARD, HTML, PAGE
from mtl.report.study_story import model_card
from mtl.report.tuning_table import tuning_markdown
from mtl.report.web.study_page import study_page
from mtl.report.web.training_view import first_of_each_approach
from mtl.spec import Spec
from mtl.storage import replaced_folder, write_json
from mtl.study import decision_basis
from mtl.study.choices import FittedRun, Selection
from mtl.study.deciding import DECISION, Decided
from mtl.study.decision_basis import write_basis
from mtl.study.diagnostics import cosines_by_epoch, weights_by_epoch
from mtl.study.tracking_records import standings_table


def write_report(material: Material, target: Path) -> Path:
    """Write a report in place of the last one at `target`."""
    spec, decided, told = material.spec, material.decided, material.told
    with replaced_folder(target) as folder:
        _write_evidence(folder, decided)
        _write_words(folder, spec, decided, told, [each["message"] for each in material.checks["failures"]])
        (folder / HTML).write_text(study_page(material, datetime.now().astimezone()), encoding="utf-8")
        if card := model_card(material):
            (folder / CARD).write_text(card, encoding="utf-8")
        write_json(folder / "data_checks.json", material.checks)
        write_json(folder / "standings_on_validation.json", standings_table(material.selection))
        _draw(folder, spec, material.runs, material.selection, decided)
    return target


def _write_evidence(folder: Path, decided: Decided) -> None:
    write_basis(folder / decision_basis.FILE, decided.basis)
    (folder / DECISION).write_text(decided.decision.to_json(), encoding="utf-8")
    if decided.comparison is not None:
        (folder / "comparison.json").write_text(decided.comparison.to_json(), encoding="utf-8")


def _write_words(folder: Path, spec: Spec, decided: Decided, told: Told, warnings: Sequence[str]) -> None:
    board = "\n\n".join((*told.remarks, leaderboard_markdown(told.leaderboard))) if told.leaderboard.costs else ""
    if told.tuning.choices or told.tuning.stopped:
        board = "\n\n".join((board, "## Tuned settings", tuning_markdown(told.tuning)))
    title, comparison = spec.title or spec.name, decided.comparison
    page = decision_markdown(title, decided.decision, comparison, told.causes, board, warnings, decided.basis.budget)
    (folder / "leaderboard.json").write_text(to_json(told.leaderboard), encoding="utf-8")
    (folder / "tuning.json").write_text(to_json(told.tuning), encoding="utf-8")
    (folder / PAGE).write_text(page, encoding="utf-8")
    (folder / "spec.json").write_text(spec.model_dump_json(indent=1), encoding="utf-8")


def _draw(folder: Path, spec: Spec, runs: Sequence[FittedRun], selection: Selection, decided: Decided) -> None:
    first = first_of_each_approach(runs)
    if first:
        tasks = tuple(spec.tasks)
        weights = {str(approach): weights_by_epoch(run.result.history, tasks) for approach, run in first.items()}
        (folder / "weights.png").write_bytes(png(weights_figure(weights, tasks)))
    if decided.comparison is not None:
        (folder / "differences.png").write_bytes(png(differences_figure(decided.comparison, spec.gate.margin)))
    if selection.candidate is not None:
        tasks = tuple(selection.candidate.plan.tasks)
        cosines = cosines_by_epoch(selection.candidate.result.history, tasks)
        (folder / "gradient_cosines.png").write_bytes(png(cosines_figure(cosines, tasks)))
