"""What a draft is not sure of, a line each, with what to write if it is otherwise."""

from collections.abc import Iterator, Mapping, Sequence

from mtl.draft.column_look import ColumnLook
from mtl.draft.date_spellings import date_values
from mtl.draft.seen_table import Seen
from mtl.draft.some_names import some
from mtl.draft.split_seen import SplitSeen
from mtl.draft.task_seen import FEWEST, TaskSeen

MANY_LEVELS = 1000
"""Different categories from which on a word is said about them."""

FEW_CODES = 20
"""Different whole numbers that may be names."""

FEWEST_ROWS = 400
"""Rows of which a quarter has as many labels as the gate asks for."""


def doubts_about(
    seen: Seen,
    key: Sequence[str],
    tasks: Sequence[TaskSeen],
    split: SplitSeen,
    features: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    """What may be meant otherwise, beside what was told of single columns and tasks."""
    yield from _rows(seen, key)
    yield from _labels(seen, tasks)
    if split.by != "column":
        yield from _time(seen, features["datetime"])
    many = [name for name in features["categorical"] if seen.look(name).distinct > MANY_LEVELS]
    if many:
        yield f"{some(many)}: more than {MANY_LEVELS:,} categories; model.rare_levels says which are told apart"
    codes = [name for name in features["numeric"] if _may_be_codes(seen.look(name))]
    if codes:
        yield f"{some(codes)}: few whole numbers; if they are names, list them under categorical"


def _rows(seen: Seen, key: Sequence[str]) -> Iterator[str]:
    if not seen.sample.whole:
        yield f"only {seen.sample.which}, were looked at: a cell elsewhere may be of another kind"
    if not key:
        yield (
            "no column names a row, so that a row is known by what it holds: a corrected cell makes it another row,"
            " which may change sides, and labels that come later find no row; if there is a key, add it and name it"
            " under data.key"
        )


def _labels(seen: Seen, tasks: Sequence[TaskSeen]) -> Iterator[str]:
    if seen.sample.rows < FEWEST_ROWS:
        yield (
            f"{seen.sample.rows} rows: the test side will hold fewer labels than the {FEWEST_ROWS // 4} that"
            " gate.min_labels asks for by itself, so that nothing will be promoted: collect more"
        )
    if len(tasks) == 1:
        yield (
            f"{tasks[0].column} alone is learned: one task has nothing to share; name other labels as tasks, too, with"
            " auxiliary: true where they are to help only"
        )
    few = [f"{task.column} ({task.rarest})" for task in tasks if task.rarest is not None and task.rarest < FEWEST]
    if few:
        yield f"fewer than {FEWEST} rows of the rarest class were seen: {some(few)}; a side may hold none of them"


def _time(seen: Seen, dates: Sequence[str]) -> Iterator[str]:
    """Of columns of dates the one that goes on the longest."""
    times = {name: date_values(seen.table[name], seen.look(name).spelling) for name in dates}
    if times:
        latest = max(times, key=lambda name: times[name].max())
        yield (
            f"{latest}: a model that is asked about later rows than it learned from is judged by"
            f" `split: {{by: time, column: {latest}}}`, which tests on the last days"
        )


def _may_be_codes(look: ColumnLook) -> bool:
    return look.exact and 2 < look.distinct <= FEW_CODES
