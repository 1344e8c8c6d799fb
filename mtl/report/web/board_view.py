"""The leaderboard for a page: a row for each contender, cells that sort by their values; and what one model saves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mtl.evaluation.metric import metric_named
from mtl.report.leaderboard_table import label
from mtl.report.tables import ABSENT, metric_label, number
from mtl.study.leaderboard import Cost, Leaderboard, Standing


@dataclass(frozen=True)
class Cell:
    """A cell of the leaderboard.

    Attributes:
        shown: the value, for people.
        key: what it is sorted by; empty comes last.
        best: whether it is the best of its column.
        below: what stands in a line below it.
    """

    shown: str
    key: str
    best: bool = False
    below: str = ""


@dataclass(frozen=True)
class BoardRow:
    """A contender; `kind`: candidate, baseline, or another approach."""

    name: str
    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Saving:
    """One model beside one for each task.

    Attributes:
        what: seconds, bytes or milliseconds.
        many: of one model for each task, for people.
        one: of the candidate's.
        share: one / many.
    """

    what: str
    many: str
    one: str
    share: float


def board_headings(board: Leaderboard) -> tuple[str, ...]:
    """A column for each task, and for what a contender takes."""
    metrics = {each.task: each.metric for each in board.standings}
    return (*(f"{task} ({metric_label(metrics[task])})" for task in board.tasks), *(name for name, _ in _COSTS))


_COSTS = (
    ("models", lambda cost: (f"{cost.models}", float(cost.models))),
    ("mean rank", lambda cost: (f"{cost.mean_rank:.1f}", cost.mean_rank)),
    ("training s", lambda cost: (f"{cost.training_seconds:,.1f}", cost.training_seconds)),
    ("size", lambda cost: (size(cost.bytes), float(cost.bytes))),
    ("ms / 1,000 rows", lambda cost: (f"{cost.milliseconds_per_1000_rows:,.1f}", cost.milliseconds_per_1000_rows)),
)


def board_rows(board: Leaderboard) -> tuple[BoardRow, ...]:
    """The contenders as the leaderboard has them: baselines, then approaches."""
    best = {task: _best(board, task) for task in board.tasks}
    return tuple(
        BoardRow(
            label(cost.contender),
            _kind(board, cost.contender),
            (
                *(_standing(board.of(task, cost.contender), best[task]) for task in board.tasks),
                *(_cost(*told(cost)) for _, told in _COSTS),
            ),
        )
        for cost in board.costs
    )


def savings(board: Leaderboard, of_network: str = "network") -> tuple[Saving, ...]:
    """What the candidate takes beside K single-task networks; none where either is missing."""
    costs = {cost.contender: cost for cost in board.costs}
    one, many = costs.get(board.candidate), costs.get(of_network)
    return tuple(_savings(one, many)) if one and many else ()


def _savings(one: Cost, many: Cost) -> Iterator[Saving]:
    for what, ours, theirs, shown in (
        ("size on disk", float(one.bytes), float(many.bytes), size),
        ("milliseconds for 1,000 rows", one.milliseconds_per_1000_rows, many.milliseconds_per_1000_rows, _tenths),
        ("training seconds", one.training_seconds, many.training_seconds, _tenths),
    ):
        if np.isfinite([ours, theirs]).all() and theirs > 0:
            yield Saving(what, shown(theirs), shown(ours), ours / theirs)


def size(count: float) -> str:
    """Bytes for people."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def _tenths(value: float) -> str:
    return f"{value:,.1f}"


def _kind(board: Leaderboard, contender: str) -> str:
    if contender == board.candidate:
        return "candidate"
    return "baseline" if contender in board.baselines else "approach"


def _best(board: Leaderboard, task: str) -> float:
    of_task = [each for each in board.standings if each.task == task and np.isfinite(each.validation)]
    if not of_task:
        return np.nan
    direction = metric_named(of_task[0].metric).direction
    return max(of_task, key=lambda each: direction * each.validation).validation


def _standing(found: Standing | None, best: float) -> Cell:
    if found is None or not np.isfinite(found.validation):
        return Cell(ABSENT, "")
    spread = f" ± {found.spread:.3f}" if np.isfinite(found.spread) and found.spread > 0 else ""
    test = f"test {number(found.test)}" if np.isfinite(found.test) else ""
    return Cell(f"{found.validation:.4f}{spread}", f"{found.validation:.6g}", found.validation == best, test)


def _cost(shown: str, value: float) -> Cell:
    return Cell(shown, f"{value:.6g}") if np.isfinite(value) else Cell(ABSENT, "")


def downloads(board: Leaderboard) -> Sequence[tuple[object, ...]]:
    """The standings as rows of a table, its headings first."""
    headings = ("task", "metric", "contender", "run", "validation", "spread", "test", "calibration_error")
    return [headings, *(tuple(getattr(each, name) for name in headings) for each in board.standings)]
