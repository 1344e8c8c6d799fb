"""The leaderboard, narrow for a terminal and in full as Markdown."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from rich.table import Table

from mtl.extensions import BASELINES
from mtl.report.plain_text import plain
from mtl.report.tables import ABSENT, markdown_table, metric_label, number
from mtl.report.tuning_table import settings_told
from mtl.study.leaderboard import Cost, Leaderboard, Standing, strongest_baselines

HEADINGS = ("task", "metric", "contender", "validation", "spread", "test", "calibration error", "run", "remark")
TUNED_HEADINGS = (*HEADINGS, "tuned settings")
COSTS = ("contender", "models", "mean rank", "training s", "bytes", "ms per 1,000 rows")

MOST_SHOWN = 4
"""Contenders that a terminal has room for beside the names of tasks."""


def leaderboard_table(board: Leaderboard) -> Table:
    """For a terminal: the baselines and the candidate, on validation ± spread over seeds, then on the test side."""
    shown = _shown(board)
    table = Table(title="Leaderboard: validation ± spread over seeds, then test", title_justify="left")
    table.box, table.padding, table.header_style = None, (0, 2, 0, 0), "bold underline"
    table.add_column("", overflow="fold")
    for contender in shown:
        table.add_column(plain(label(contender)), justify="right", overflow="fold")
    for task in board.tasks:
        found = [board.of(task, contender) for contender in shown]
        metric = next(each.metric for each in board.standings if each.task == task)
        table.add_row(plain(f"{task} ({metric_label(metric)})"), *(plain(_values(each)) for each in found))
    by_contender = {cost.contender: cost for cost in board.costs}
    for name, of in _COSTS.items():
        table.add_row(plain(name, style="dim"), *(plain(of(by_contender[each]), style="dim") for each in shown))
    return table


def tuned_settings(board: Leaderboard) -> Iterator[str]:
    """For a terminal: what tuning chose for each contender of the table; tasks with the same settings are one entry."""
    for contender in _shown(board) if board.tuned else ():
        alike: dict[str, list[str]] = {}
        for each in board.standings:
            if each.contender == contender and each.settings is not None:
                alike.setdefault(settings_told(each.settings), []).append(each.task)
        told = [f"{', '.join(tasks)}: {text}" if len(alike) > 1 else text for text, tasks in alike.items()]
        if told:
            yield f"{label(contender)} tuned: {'; '.join(told)}"


def leaderboard_markdown(board: Leaderboard) -> str:
    """All contenders on all tasks, and what they cost."""
    standings = [
        (
            each.task,
            metric_label(each.metric),
            label(each.contender),
            number(each.validation),
            number(each.spread),
            number(each.test),
            number(each.calibration_error),
            each.run,
            _remark(each),
            *((_settings(each),) if board.tuned else ()),
        )
        for each in board.standings
    ]
    headings = TUNED_HEADINGS if board.tuned else HEADINGS
    costs = [(label(cost.contender), *(of(cost) for of in _COSTS.values())) for cost in board.costs]
    return "\n\n".join((markdown_table(headings, standings), markdown_table(COSTS, costs)))


def strongest_sentences(board: Leaderboard, reads_texts: bool = False) -> Iterator[str]:
    """Where a baseline that is no network wins a task, in plain words."""
    for best, candidate in strongest_baselines(board):
        noun = BASELINES.get(best.contender.partition("(")[0]).noun + (" over TF-IDF" if reads_texts else "")
        ours = f"; the candidate reaches {number(candidate.test)}" if candidate else ""
        yield f"On {best.task} {noun} is the strongest: {best.metric} {number(best.test)} on the test side{ours}."


def sampled_sentences(board: Leaderboard) -> Iterator[str]:
    """Which contenders were fitted to a sample of the training side alone, and to how many rows."""
    for contender in dict.fromkeys(each.contender for each in board.standings):
        of = {each.task: each.rows for each in board.standings if each.contender == contender and each.rows}
        if of:
            told = "; ".join(f"{task}: {_of_rows(rows)}" for task, rows in of.items())
            yield f"{label(contender)} was fitted to a uniform sample ({told})."


def label(contender: str) -> str:
    """A contender for people."""
    name, bracket, options = contender.partition("(")
    return name.replace("_", " ") + bracket + options if name in BASELINES.names else contender


_COSTS: dict[str, Callable[[Cost], str]] = {
    "models": lambda cost: str(cost.models),
    "mean rank": lambda cost: f"{cost.mean_rank:.1f}",
    "training s": lambda cost: f"{cost.training_seconds:.1f}" if np.isfinite(cost.training_seconds) else ABSENT,
    "bytes": lambda cost: f"{cost.bytes:,}",
    "ms per 1,000 rows": lambda cost: f"{cost.milliseconds_per_1000_rows:.1f}",
}


def _shown(board: Leaderboard) -> Sequence[str]:
    """The candidate, and as many baselines as there is room for."""
    known = [cost.contender for cost in board.costs]
    baselines = [each for each in board.baselines if each in known][: MOST_SHOWN - 1]
    return [*baselines, *([board.candidate] if board.candidate in known else [])]


def _settings(standing: Standing) -> str:
    return ABSENT if standing.settings is None else settings_told(standing.settings)


def _remark(standing: Standing) -> str:
    converged = [f"not converged: {standing.not_converged}"] if standing.not_converged else []
    rows = [f"fitted to {_of_rows(standing.rows)}"] if standing.rows else []
    return "; ".join([*converged, *rows])


def _of_rows(rows: tuple[int, int]) -> str:
    return "{:,} of {:,} labelled training rows".format(*rows)


def _values(standing: Standing | None) -> str:
    if standing is None:
        return ABSENT
    spread = f"±{standing.spread:.3f}" if np.isfinite(standing.spread) and standing.spread > 0 else ""
    test = f" {standing.test:.3f}" if np.isfinite(standing.test) else ""
    chosen_by = f"{standing.validation:.3f}" if np.isfinite(standing.validation) else ABSENT
    return f"{chosen_by}{spread}{test}"
