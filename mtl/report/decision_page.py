"""A decision as Markdown, for people who were not there."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionCompared, ChampionUnknown, Comparison
from mtl.promotion.decision import Decision
from mtl.report.tables import comparison_markdown, interval, markdown_table, metric_label, number


def decision_markdown(
    title: str,
    decision: Decision,
    comparison: Comparison | None,
    causes: Sequence[str] = (),
    leaderboard: str = "",
) -> str:
    """What was decided, the evidence for it, and why tasks failed.

    Args:
        title: of the report: the study.
        decision: what the gate answered.
        comparison: the evidence on the test side, if there is any.
        causes: sentences of `mtl.promotion.likely_causes.explain`.
        leaderboard: every contender, as Markdown.
    """
    sections = (
        f"# {title}",
        f"**{decision.sentence}**",
        comparison_markdown(comparison, {each.task: each.verdict for each in decision.verdicts}),
        *_listed("Objections", decision.reasons),
        *_listed("Likely causes", causes),
        *_replaceable(decision),
        *(_champion(comparison.champion) if comparison else ()),
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


def _champion(champion: ChampionAnswer) -> Iterator[str]:
    yield "## Against the champion"
    match champion:
        case ChampionAbsent():
            yield "No version is the champion yet."
        case ChampionUnknown(reason):
            yield f"It cannot be told: {reason}."
        case ChampionCompared(version, differences):
            yield f"Champion version {version}, on the same rows."
            headings = ("task", "metric", "champion", "candidate", "difference", "interval")
            yield markdown_table(
                headings,
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
        case _:
            assert_never(champion)
