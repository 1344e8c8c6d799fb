"""What the page of a study has below its evidence: against a constant, former champions, models in use; slices."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionCompared, Comparison
from mtl.evaluation.incumbent_comparison import IncumbentCompared, IncumbentUnknown
from mtl.evaluation.paired_difference import PairedDifference
from mtl.report.tables import ABSENT, interval, metric_label, number


@dataclass(frozen=True)
class Table:
    """A further table: a sentence before it, headings and cells."""

    told: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def further_tables(comparison: Comparison | None) -> Iterator[tuple[str, Table]]:
    """Each with its heading; none where nothing was compared."""
    if comparison is None:
        return
    constants = [each.constant for each in comparison.tasks if each.constant]
    if constants:
        told = "One prediction for every row, made of training labels alone: whoever is no better has learned nothing."
        yield "Against a constant", _differences(told, "constant", constants)
    for title, champion in (("champion", comparison.champion), ("best former champion", comparison.anchor)):
        if not (isinstance(champion, ChampionAbsent) and title != "champion"):
            yield f"Against the {title}", _former(champion, title)
    if comparison.incumbents:
        yield "Against the models in use", _in_use(comparison)
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


def _in_use(comparison: Comparison) -> Table:
    """The models in use, each on the rows that are new to it as far as anyone says."""
    rows = []
    for task, answer in comparison.incumbents.items():
        if isinstance(answer, IncumbentCompared):
            [row] = _differences("", "", [answer.difference]).rows
            rows.append((*row, answer.version, f"{answer.left_out:,}"))
        elif isinstance(answer, IncumbentUnknown):
            rows.append((task, *(ABSENT,) * 5, answer.version, f"it cannot be told: {answer.reason}"))
    headings = ("task", "metric", "its value", "candidate", "gain", "bounds", "model", "rows left out")
    return Table("", headings, tuple(rows))
