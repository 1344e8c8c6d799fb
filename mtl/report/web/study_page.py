"""The page of a study: what was decided and why, for people who were not there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import yaml
from markupsafe import Markup

from mtl import examples
from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionCompared, Comparison
from mtl.evaluation.paired_difference import PairedDifference
from mtl.report.gate_sections import budget_sentence
from mtl.report.report_material import Material
from mtl.report.tables import comparison_caption, interval, metric_label, number
from mtl.report.web import board_view, page_files, study_view, training_view
from mtl.report.web.about import About
from mtl.report.web.board_view import BoardRow, Saving
from mtl.report.web.interval_plot import scale_of
from mtl.report.web.study_view import TaskView
from mtl.report.web.training_view import Plot


@dataclass(frozen=True)
class Table:
    """A further table: a sentence before it, headings and cells."""

    told: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class StudyPage:
    """Everything that the template shows, in its order; see `study.html`."""

    heading: str
    name: str
    title: str
    made: str
    promote: bool
    sentence: str
    allowed: str
    counts: tuple[tuple[str, int], ...]
    objections: tuple[str, ...]
    open_tasks: tuple[TaskView, ...]
    replaceable: tuple[str, ...]
    tasks: tuple[TaskView, ...]
    headings: tuple[str, ...]
    scale: Markup
    caption: str
    evidence_json: str
    warnings: tuple[str, ...]
    further: tuple[tuple[str, Table], ...]
    board_headings: tuple[str, ...]
    board_rows: tuple[BoardRow, ...]
    remarks: tuple[str, ...]
    board_csv: str
    savings: tuple[Saving, ...]
    curves: tuple[Plot, ...]
    curves_csv: str
    weights: tuple[Plot, ...]
    cosines: Markup
    about: About
    checks: str
    data_warnings: tuple[str, ...]
    commands: tuple[str, ...]
    spec: str
    download: Callable[[str, str, str], Markup] = page_files.download


def study_page(material: Material, now: datetime) -> str:
    """The page as HTML, one file that asks for nothing else; `now`: when it is made."""
    return page_files.render("study.html", _shown(material, now))


def _shown(material: Material, now: datetime) -> StudyPage:
    spec, decided, told = material.spec, material.decided, material.told
    decision, comparison, board = decided.decision, decided.comparison, told.leaderboard
    tasks, reach = study_view.task_views(spec, decided, told.causes)
    open_tasks = sorted((task for task in tasks if task.verdict not in ("better", "no worse")), key=_short_first)
    curves = training_view.learning_curves(spec, material.selection, _metrics(material))
    return StudyPage(
        heading=f"{'Promote' if decision.promote else 'Reject'}: {spec.name}",
        name=spec.name,
        title=spec.title or spec.name,
        made=f"{now:%Y-%m-%d %H:%M}",
        promote=decision.promote,
        sentence=_without_word(decision.sentence),
        allowed=budget_sentence(decided.basis.budget, decision.promote),
        counts=tuple(_counts(tasks)),
        objections=tuple(_on_no_task(decision.reasons, tasks)),
        open_tasks=tuple(open_tasks),
        replaceable=() if decision.promote else decision.replaceable,
        tasks=tasks,
        headings=study_view.HEADINGS,
        scale=scale_of(reach),
        caption=comparison_caption(comparison),
        evidence_json=comparison.to_json() if comparison else "{}",
        warnings=decision.warnings,
        further=tuple(_further(comparison)),
        board_headings=board_view.board_headings(board) if board.costs else (),
        board_rows=board_view.board_rows(board),
        remarks=told.remarks,
        board_csv=page_files.as_csv(board_view.downloads(board)),
        savings=board_view.savings(board),
        curves=curves,
        curves_csv=page_files.as_csv(_curve_rows(curves)),
        weights=training_view.weight_plots(spec, material.runs),
        cosines=training_view.cosine_map(material.selection),
        about=material.about,
        checks=_checks(material.checks),
        data_warnings=tuple(str(each["message"]) for each in material.checks["failures"]),
        commands=tuple(_commands(material)),
        spec=yaml.safe_dump(spec.model_dump(mode="json", exclude_defaults=True), sort_keys=False, allow_unicode=True),
    )


def _without_word(sentence: str) -> str:
    """The sentence without the word that the page says above it."""
    told = sentence.removeprefix("Promote: ").removeprefix("Reject: ")
    return told[:1].upper() + told[1:]


def _short_first(task: TaskView) -> tuple[bool, bool]:
    """Where evidence was short before where it was there: what a task is worth is not known before."""
    return not task.short, task.verdict != "worse"


def _metrics(material: Material) -> dict[str, str]:
    return {name: material.spec.tasks[name].headline for name in material.spec.gated_tasks}


def _counts(tasks: Sequence[TaskView]) -> Iterator[tuple[str, int]]:
    for verdict in ("better", "no worse", "undecided", "worse"):
        if count := sum(task.verdict == verdict for task in tasks):
            yield verdict, count


def _on_no_task(reasons: Sequence[str], tasks: Sequence[TaskView]) -> Iterator[str]:
    """The objections that no task's card says."""
    for reason in reasons:
        if not any(reason.startswith(f"{task.name} is {task.verdict}") for task in tasks):
            yield f"{reason[:1].upper()}{reason[1:]}."


def _further(comparison: Comparison | None) -> Iterator[tuple[str, Table]]:
    if comparison is None:
        return
    constants = [each.constant for each in comparison.tasks if each.constant]
    if constants:
        told = "One prediction for every row, made of training labels alone: whoever is no better has learned nothing."
        yield "Against a constant", _differences(told, "constant", constants)
    for title, champion in (("champion", comparison.champion), ("best former champion", comparison.anchor)):
        if not (isinstance(champion, ChampionAbsent) and title != "champion"):
            yield f"Against the {title}", _former(champion, title)
    if comparison.slices:
        yield "Slices", _slices(comparison)


def _former(champion: ChampionAnswer, title: str) -> Table:
    match champion:
        case ChampionCompared(version, differences):
            return _differences(f"Version {version}, on the same rows.", title, differences)
        case ChampionAbsent():
            return Table("No version is the champion yet.")
        case _:
            return Table(f"It cannot be told: {champion.reason}.")


def _differences(told: str, reference: str, differences: Sequence[PairedDifference]) -> Table:
    rows = tuple(
        (
            paired.task,
            metric_label(paired.metric),
            number(paired.reference),
            number(paired.candidate),
            number(paired.difference, "+"),
            interval(paired),
        )
        for paired in differences
    )
    return Table(told, ("task", "metric", reference, "candidate", "gain", "bounds"), rows)


def _slices(comparison: Comparison) -> Table:
    rows = tuple(
        (
            part.difference.task,
            f"{part.column}: {part.value}",
            f"{part.difference.labels:,}",
            number(part.difference.difference, "+"),
            number(part.difference.upper, "+"),
            "surely worse" if part.surely_worse else "",
        )
        for part in comparison.slices
    )
    headings = ("task", "slice", "labels", "gain", "at most", "")
    return Table("On parts of the rows; bounds hold for all of them.", headings, rows)


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
