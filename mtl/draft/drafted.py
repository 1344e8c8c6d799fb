"""From rows to a draft of a spec: what every column is for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtl.data.near_copies import FIRST, tells
from mtl.draft.column_look import ColumnLook
from mtl.draft.doubtful import doubts_about
from mtl.draft.keys import find_key
from mtl.draft.sampling import Sample
from mtl.draft.seen_table import Seen
from mtl.draft.some_names import some
from mtl.draft.split_seen import SplitSeen, find_split, is_group
from mtl.draft.task_seen import TaskSeen, task_of

FEATURE_KINDS = ("numeric", "categorical", "boolean", "datetime", "text")


@dataclass(frozen=True)
class Draft:
    """What a spec should say.

    Attributes:
        seen: what it follows from.
        key: columns that name a row; none where there are none.
        tasks: what is to be learned.
        split: how rows are split.
        unit: whose rows depend on each other, where the split does not say so.
        features: columns by kind.
        left_out: for each reason the columns that are no features.
        doubts: what was not sure, a line each.
    """

    seen: Seen
    key: tuple[str, ...]
    tasks: tuple[TaskSeen, ...]
    split: SplitSeen
    unit: str | None
    features: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, tuple[str, ...]]
    doubts: tuple[str, ...]

    @property
    def used(self) -> set[str]:
        """Every column that the study reads."""
        features = [name for names in self.features.values() for name in names]
        others = [name for name in (self.split.column, self.unit) if name]
        return {*self.key, *features, *(task.column for task in self.tasks), *others}

    @property
    def dates(self) -> dict[str, str]:
        """How the dates of columns are written that the study reads and that are not of ISO 8601."""
        spelled = {look.name: look.spelling.written for look in self.seen.looks if look.spelling}
        return {name: written for name, written in spelled.items() if written and name in self.used}


def draft(seen: Seen, targets: Sequence[str], key: Sequence[str] = ()) -> Draft:
    """Draft a spec.

    Args:
        seen: the table.
        targets: columns of labels.
        key: columns that name a row; found where none are given.
    """
    asked = _tasks(seen, targets)
    tasks = tuple(task for task in asked if task.learnable)
    found = tuple(key) or find_key(seen.looks, seen.table, targets, lambda names: _unique(seen.sample, names))
    split = find_split(seen.looks, seen.table, [*targets, *(found if len(found) == 1 else ())])
    left_out = _left_out(seen, found, {*targets, split.column})
    left_out |= _copies(seen, targets, {*targets, split.column, *left_out})
    features = _features(seen, {*targets, split.column, *left_out})
    doubts = (
        *seen.doubts,
        *_unlearnable(asked),
        *(doubt for task in tasks for doubt in task.doubts),
        *doubts_about(seen, found, tasks, split, features),
    )
    used = {kind: names for kind, names in features.items() if names}
    return Draft(seen, found, tasks, split, _unit(seen, split), used, _by_reason(left_out), doubts)


def _tasks(seen: Seen, targets: Sequence[str]) -> tuple[TaskSeen, ...]:
    tasks: list[TaskSeen] = []
    for name in targets:
        tasks.append(task_of(seen.look(name), seen.table[name], [task.name for task in tasks]))
    return tuple(tasks)


def _unlearnable(tasks: Sequence[TaskSeen]) -> Iterator[str]:
    few = [f"{task.column} ({task.beside})" for task in tasks if not task.learnable]
    if few:
        yield f"no tasks, for nearly all of their labels are alike: {some(few)} rows of another class; label more"


def _features(seen: Seen, others: set[str | None]) -> dict[str, tuple[str, ...]]:
    free = [look for look in seen.looks if look.name not in others]
    return {kind: tuple(look.name for look in free if look.kind == kind) for kind in FEATURE_KINDS}


def _unique(sample: Sample, names: Sequence[str]) -> bool:
    columns = sample.columns(names)
    return columns is not None and not columns.duplicated().any() and not columns.isna().any(axis=None)


def _left_out(seen: Seen, key: Sequence[str], others: set[str | None]) -> dict[str, str]:
    """Columns that are no features, each with the reason."""
    reasons = dict(seen.unusable)
    for look in seen.looks:
        if look.name in others:
            continue
        if look.name in key and look.kind != "datetime" and (len(key) == 1 or look.named_as_key):
            reasons[look.name] = "names rows"
        elif look.kind in ("constant", "empty"):
            reasons[look.name] = "holds one value" if look.kind == "constant" else "holds no value"
        elif look.kind == "identifier" or is_group(look, len(seen.table)):
            reasons[look.name] = "names things, of which new ones will come"
        elif look.kind == "amounts":
            reasons[look.name] = "holds numbers with signs or with thousands apart, which are words; write them plainly"
        elif look.kind == "unusable":
            reasons[look.name] = "holds what no kind of feature reads"
    return reasons


def _copies(seen: Seen, targets: Sequence[str], others: set[str | None]) -> dict[str, str]:
    """Columns that tell a label in every row, each with the reason."""
    return {
        look.name: f"tells {label} in every row, and is left out as a copy of it"
        for look in seen.looks
        if look.name not in others
        for label in targets
        if _is_copy(seen, look, label)
    }


def _is_copy(seen: Seen, look: ColumnLook, label: str) -> bool:
    asked = seen.look(label)
    if asked.kind == "categorical" and asked.distinct != look.distinct:
        return False
    pair = seen.table[look.name], seen.table[label]
    return all(tells(*(column.head(rows) for column in pair)) for rows in (FIRST, len(seen.table)))


def _unit(seen: Seen, split: SplitSeen) -> str | None:
    """What a published split keeps whole, if it does."""
    if split.by != "column":
        return None
    groups = [look.name for look in seen.looks if look.name != split.column and is_group(look, len(seen.table))]
    whole = [name for name in groups if (seen.table.groupby(name)[str(split.column)].nunique() == 1).all()]
    return whole[0] if whole else None


def _by_reason(reasons: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        grouped.setdefault(reason, []).append(name)
    return {reason: tuple(names) for reason, names in grouped.items()}
