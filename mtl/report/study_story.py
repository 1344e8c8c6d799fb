"""What MLflow's pages say of a study and of the version it registered: a name, a note, figures, a model card."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import numpy as np

from mtl.evaluation.comparison import Comparison
from mtl.promotion.decision import Decision
from mtl.report.report_material import Material
from mtl.report.report_names import HTML
from mtl.report.tables import comparison_markdown, interval, markdown_table, metric_label, number
from mtl.report.web.board_view import size

LONGEST = 4900
"""Characters of a note or a description: MLflow keeps 5,000."""


def run_title(study: str, decision: Decision, now: datetime) -> str:
    """The name of a study's run once it is decided: `reviews · reject 2/3 · 12:02`."""
    better = sum(each.verdict == "better" for each in decision.verdicts)
    word = "promote" if decision.promote else "reject"
    return f"{study} · {word} {better}/{len(decision.verdicts)} · {now:%H:%M}"


def figures_on_test(comparison: Comparison | None) -> dict[str, float]:
    """Of each task what was compared on the test side, `test/TASK/{baseline,candidate,difference,lower,upper}`."""
    found = {}
    for each in comparison.tasks if comparison else ():
        paired = each.difference
        named = {"baseline": paired.reference, "candidate": paired.candidate, "difference": paired.difference}
        for name, value in {**named, "lower": paired.lower, "upper": paired.upper}.items():
            if np.isfinite(value):
                found[f"test/{each.task}/{name}"] = value
    return found


def study_note(decision: Decision, comparison: Comparison | None) -> str:
    """A study in a few lines of Markdown, for the page of its run."""
    verdicts = {each.task: each.verdict for each in decision.verdicts}
    where = f"The whole report is among the artifacts: `report/{HTML}`."
    return shortened(f"**{decision.sentence}**\n\n{comparison_markdown(comparison, verdicts)}\n\n{where}")


def shortened(text: str) -> str:
    """Whole lines of a text, as many as MLflow keeps."""
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rpartition("\n")[0] + "\n\n… the rest is in the report."


def model_card(material: Material) -> str:
    """What whoever is to use the candidate should know of it, as Markdown; empty where there is none.

    After M. Mitchell et al. (2019), Model cards for model reporting, FAT*, arXiv 1810.03993: use, data, figures with
    their uncertainty, parts of the rows, limits; and what it costs.
    """
    if material.selection.candidate is None:
        return ""
    sections: Mapping[str, str] = {
        "Use": _use(material),
        "Figures on rows that no choice was made by": _figures(material),
        "Parts of the rows": _slices(material.decided.comparison),
        "Limits": "\n".join(f"- {line}" for line in _limits(material)),
        "Data": _data(material),
        "Cost": _cost(material),
    }
    told = [f"## {heading}\n\n{text}" for heading, text in sections.items() if text]
    return "\n\n".join([f"# {material.spec.title or material.spec.name}", *told]) + "\n"


def _use(material: Material) -> str:
    tasks = (f"{name} ({material.spec.tasks[name].kind})" for name in material.spec.gated_tasks)
    return f"One model that answers {', '.join(tasks)}. {material.decided.decision.sentence}"


def _figures(material: Material) -> str:
    comparison = material.decided.comparison
    if comparison is None:
        return ""
    rows = [
        (
            each.task,
            metric_label(each.difference.metric),
            number(each.difference.candidate),
            number(each.difference.reference),
            number(each.difference.difference, "+"),
            interval(each.difference),
            f"{each.difference.labels:,}",
        )
        for each in comparison.tasks
    ]
    return markdown_table(("task", "metric", "this model", "single-task", "gain", "bounds", "labels"), rows)


def _slices(comparison: Comparison | None) -> str:
    if comparison is None or not comparison.slices:
        return ""
    rows = [
        (
            part.difference.task,
            f"{part.column}: {part.value}",
            number(part.difference.candidate),
            number(part.difference.difference, "+"),
            "surely worse" if part.surely_worse else "",
        )
        for part in comparison.slices
    ]
    return markdown_table(("task", "part", "this model", "gain", ""), rows)


def _limits(material: Material) -> Iterator[str]:
    yield "What is said holds for rows like those it was tested on, and not for single predictions."
    for verdict in material.decided.decision.verdicts:
        if verdict.verdict != "better":
            yield f"{verdict.task} is {verdict.verdict}: {verdict.reason}."
    yield from material.decided.decision.warnings
    yield from (str(each["message"]) for each in material.checks["failures"])


def _data(material: Material) -> str:
    about = material.about
    rows = ", ".join(f"{count:,} {side}" for side, count in about.rows.items())
    return f"{rows} rows of {about.place}; sha256 {about.digest}. Made by {about.program}."


def _cost(material: Material) -> str:
    candidate = material.selection.candidate
    assert candidate is not None
    result = candidate.result
    return (
        f"{result.parameters:,} parameters, {size(result.bytes)}, {result.milliseconds_per_1000_rows:.1f} ms for 1,000"
        f" rows, {result.seconds:.1f} s of training ({candidate.name})."
    )
