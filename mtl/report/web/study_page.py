"""The page of a study: what was decided and why, for people who were not there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import yaml
from markupsafe import Markup

from mtl import examples
from mtl.report.gate_sections import budget_sentence
from mtl.report.report_material import Material
from mtl.report.tables import comparison_caption
from mtl.report.web import board_view, page_files, study_view, training_view
from mtl.report.web.about import About
from mtl.report.web.board_view import BoardRow, Saving
from mtl.report.web.further_tables import Table, further_tables
from mtl.report.web.interval_plot import scale_of
from mtl.report.web.study_view import TaskView
from mtl.report.web.training_view import Plot


@dataclass(frozen=True)
class Verdict:
    """What was decided, and what stands in the way.

    Attributes:
        allowed: what the ledger of test rows granted.
        counts: of each verdict that some task has.
        objections: that are about no task.
        open_tasks: those that are not better, first where evidence was short.
    """

    promote: bool
    sentence: str
    allowed: str
    counts: tuple[tuple[str, int], ...]
    objections: tuple[str, ...]
    open_tasks: tuple[TaskView, ...]
    replaceable: tuple[str, ...]


@dataclass(frozen=True)
class EvidencePart:
    """Task by task, and the tables beside it."""

    tasks: tuple[TaskView, ...]
    headings: tuple[str, ...]
    scale: Markup
    caption: str
    as_json: str
    warnings: tuple[str, ...]
    further: tuple[tuple[str, Table], ...]


@dataclass(frozen=True)
class Board:
    """Contender by contender, and what one model saves."""

    headings: tuple[str, ...]
    rows: tuple[BoardRow, ...]
    remarks: tuple[str, ...]
    as_csv: str
    savings: tuple[Saving, ...]


@dataclass(frozen=True)
class TrainingPart:
    """Epoch by epoch."""

    curves: tuple[Plot, ...]
    as_csv: str
    weights: tuple[Plot, ...]
    cosines: Markup


@dataclass(frozen=True)
class Origins:
    """Rows, program, and how to make it again."""

    about: About
    checks: str
    warnings: tuple[str, ...]
    commands: tuple[str, ...]
    spec: str


@dataclass(frozen=True)
class StudyPage:
    """Everything that `study.html` shows."""

    heading: str
    name: str
    title: str
    made: str
    verdict: Verdict
    evidence: EvidencePart
    board: Board
    training: TrainingPart
    origins: Origins
    download: Callable[[str, str, str], Markup] = page_files.download


def study_page(material: Material, now: datetime) -> str:
    """The page as HTML, one file that asks for nothing else; `now`: when it is made."""
    spec, decision = material.spec, material.decided.decision
    tasks, reach = study_view.task_views(spec, material.decided, material.told.causes)
    page = StudyPage(
        heading=f"{'Promote' if decision.promote else 'Reject'}: {spec.name}",
        name=spec.name,
        title=spec.title or spec.name,
        made=f"{now:%Y-%m-%d %H:%M}",
        verdict=_verdict(material, tasks),
        evidence=_evidence(material, tasks, reach),
        board=_board(material),
        training=_training(material),
        origins=_origins(material),
    )
    return page_files.render("study.html", page)


def _verdict(material: Material, tasks: Sequence[TaskView]) -> Verdict:
    decision = material.decided.decision
    not_better = (task for task in tasks if task.verdict not in ("better", "no worse"))
    return Verdict(
        promote=decision.promote,
        sentence=_without_word(decision.sentence),
        allowed=budget_sentence(material.decided.basis.budget, decision.promote),
        counts=tuple(_counts(tasks)),
        objections=tuple(_on_no_task(decision.reasons, tasks)),
        open_tasks=tuple(sorted(not_better, key=_short_first)),
        replaceable=() if decision.promote else decision.replaceable,
    )


def _evidence(material: Material, tasks: tuple[TaskView, ...], reach: float) -> EvidencePart:
    comparison = material.decided.comparison
    return EvidencePart(
        tasks=tasks,
        headings=study_view.HEADINGS,
        scale=scale_of(reach),
        caption=comparison_caption(comparison),
        as_json=comparison.to_json() if comparison else "{}",
        warnings=material.decided.decision.warnings,
        further=tuple(further_tables(comparison)),
    )


def _board(material: Material) -> Board:
    board = material.told.leaderboard
    return Board(
        headings=board_view.board_headings(board),
        rows=board_view.board_rows(board),
        remarks=material.told.remarks,
        as_csv=page_files.as_csv(board_view.downloads(board)),
        savings=board_view.savings(board),
    )


def _training(material: Material) -> TrainingPart:
    metrics = {name: material.spec.tasks[name].headline for name in material.spec.gated_tasks}
    curves = training_view.learning_curves(material.spec, material.selection, metrics)
    return TrainingPart(
        curves=curves,
        as_csv=page_files.as_csv(_curve_rows(curves)),
        weights=training_view.weight_plots(material.spec, material.runs),
        cosines=training_view.cosine_map(material.selection),
    )


def _origins(material: Material) -> Origins:
    said = material.spec.model_dump(mode="json", exclude_defaults=True)
    return Origins(
        about=material.about,
        checks=_checks(material.checks),
        warnings=tuple(str(each["message"]) for each in material.checks["failures"]),
        commands=tuple(_commands(material)),
        spec=yaml.safe_dump(said, sort_keys=False, allow_unicode=True),
    )


def _without_word(sentence: str) -> str:
    """The sentence without the word that the page says above it."""
    told = sentence.removeprefix("Promote: ").removeprefix("Reject: ")
    return told[:1].upper() + told[1:]


def _short_first(task: TaskView) -> tuple[bool, bool]:
    """Where evidence was short before where it was there: what a task is worth is not known before."""
    return not task.short, task.verdict != "worse"


def _counts(tasks: Sequence[TaskView]) -> Iterator[tuple[str, int]]:
    for verdict in ("better", "no worse", "undecided", "worse"):
        if count := sum(task.verdict == verdict for task in tasks):
            yield verdict, count


def _on_no_task(reasons: Sequence[str], tasks: Sequence[TaskView]) -> Iterator[str]:
    """The objections that no task's card says."""
    for reason in reasons:
        if not any(reason.startswith(f"{task.name} is {task.verdict}") for task in tasks):
            yield f"{reason[:1].upper()}{reason[1:]}."


def _curve_rows(curves: Sequence[Plot]) -> Iterator[tuple[object, ...]]:
    yield "plot", "line", "epoch", "value"
    for plot in curves:
        for curve in plot.curves:
            for epoch, value in enumerate(curve.values):
                yield plot.title, curve.name, epoch, value


def _checks(checks: Mapping[str, object]) -> str:
    failures = checks["failures"]
    assert isinstance(failures, list)
    said = f"{len(failures)} to look at" if failures else "nothing to object to"
    return f"{checks['checks']:,} made of {checks['rows']:,} rows, {said}" if "checks" in checks else said


def _commands(material: Material) -> Iterator[str]:
    name = material.spec.name
    yield f"mtl run {name if name in examples.specs() else material.spec.place('name').rpartition(':')[0]}"
    yield f"mtl decide {name}  # the same decision, from the evidence alone"
    yield f"mtl history {name}  # every version and decision"
    yield "mtl ui  # runs and models"
