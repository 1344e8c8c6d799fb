"""A decision as Markdown, for people who were not there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionCompared, ChampionUnknown, Comparison
from mtl.evaluation.incumbent_comparison import IncumbentAnswer, IncumbentCompared, IncumbentUnknown
from mtl.evaluation.paired_difference import PairedDifference
from mtl.promotion.decision import Decision
from mtl.promotion.error_budget import Granted, Refused
from mtl.promotion.gate import contamination
from mtl.report.gate_sections import gate_sections
from mtl.report.tables import ABSENT, comparison_markdown, interval, markdown_table, metric_label, number


def decision_markdown(
    title: str,
    decision: Decision,
    comparison: Comparison | None,
    causes: Sequence[str] = (),
    leaderboard: str = "",
    warnings: Sequence[str] = (),
    budget: Granted | Refused | None = None,
) -> str:
    """What was decided, the evidence for it, and why tasks failed.

    Args:
        title: of the report: the study.
        decision: what the gate answered.
        comparison: the evidence on the test side, if there is any.
        causes: sentences of `mtl.promotion.likely_causes.explain`.
        leaderboard: every contender, as Markdown.
        warnings: what the checks of the data found that did not stop the study.
        budget: what the ledger of test rows answered.
    """
    sections = (
        f"# {title}",
        f"**{decision.sentence}**",
        comparison_markdown(comparison, {each.task: each.verdict for each in decision.verdicts}),
        *_listed("Objections", decision.reasons),
        *_listed("Likely causes", causes),
        *_listed("Warnings about the evidence", decision.warnings),
        *_listed("Warnings about the data", warnings),
        *_replaceable(decision),
        *gate_sections(comparison, budget, decision.promote),
        *(_constants(comparison) if comparison else ()),
        *(_champion(comparison.champion, comparison.anchor) if comparison else ()),
        *(_in_use(comparison.incumbents) if comparison else ()),
        *(("## Leaderboard", leaderboard) if leaderboard else ()),
    )
    return "\n\n".join(sections) + "\n"


def _listed(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"## {heading}"
        yield "\n".join(f"- {line}" for line in lines)


def _replaceable(decision: Decision) -> Iterator[str]:
    if not decision.promote:
        yield "## What the candidate could take over"
        yield ", ".join(decision.replaceable) or "No task."


def _constants(comparison: Comparison) -> Iterator[str]:
    found = [each.constant for each in comparison.tasks if each.constant]
    if found:
        yield "## Against a constant"
        yield "One prediction for every row, made of training labels alone: whoever is no better has learned nothing."
        yield _differences("constant", found)


def _differences(reference: str, differences: Sequence[PairedDifference]) -> str:
    """A table of the candidate against what is called `reference`."""
    return markdown_table(
        ("task", "metric", reference, "candidate", "difference", "interval"),
        [
            (
                paired.task,
                metric_label(paired.metric),
                number(paired.reference),
                number(paired.candidate),
                number(paired.difference, "+"),
                interval(paired),
            )
            for paired in differences
        ],
    )


def _champion(champion: ChampionAnswer, anchor: ChampionAnswer) -> Iterator[str]:
    yield "## Against the champion"
    yield from _former(champion)
    if not isinstance(anchor, ChampionAbsent):
        yield "## Against the best former champion"
        yield from _former(anchor)


def _former(champion: ChampionAnswer) -> Iterator[str]:
    match champion:
        case ChampionAbsent():
            yield "No version is the champion yet."
        case ChampionUnknown(reason):
            yield f"It cannot be told: {reason}."
        case ChampionCompared(version, differences):
            yield f"Version {version}, on the same rows."
            yield _differences("champion", differences)
        case _:
            assert_never(champion)


def _in_use(incumbents: Mapping[str, IncumbentAnswer]) -> Iterator[str]:
    """The models in use, each on the rows that are new to it as far as anyone says."""
    if not incumbents:
        return
    yield "## Against the models in use"
    headings = ("task", "metric", "model", "its value", "candidate", "difference", "interval", "labels", "left out")
    yield markdown_table(headings, [_in_use_row(task, answer) for task, answer in incumbents.items()])
    for task, answer in incumbents.items():
        if isinstance(answer, IncumbentUnknown):
            yield f"On {task} it cannot be told: {answer.reason}."
    if known := contamination(incumbents):
        yield known


def _in_use_row(task: str, answer: IncumbentAnswer) -> tuple[str, ...]:
    match answer:
        case IncumbentUnknown(version):
            return (task, ABSENT, version, *(ABSENT,) * 6)
        case IncumbentCompared(version, paired, left_out):
            return (
                task,
                metric_label(paired.metric),
                version,
                number(paired.reference),
                number(paired.candidate),
                number(paired.difference, "+"),
                interval(paired),
                f"{paired.labels:,}",
                f"{left_out:,}",
            )
        case _ as never:
            assert_never(never)
