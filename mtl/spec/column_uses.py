"""Which key of a spec names which column, and what for: the one walk over a spec's columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mtl.spec.split_section import ColumnSplit, GroupSplit, TimeSplit

if TYPE_CHECKING:
    from mtl.spec.study_spec import Spec

Use = Literal["key", "split", "unit", "feature", "label", "incumbent", "weight", "slice", "check"]


@dataclass(frozen=True)
class ColumnUse:
    """A key of a spec that names a column.

    Attributes:
        key: the keys that lead to it.
        column: the column's name.
        use: what the study does with the column.
        subject: the kind of a feature, the task of a label; otherwise empty.
    """

    key: tuple[str, ...]
    column: str
    use: Use
    subject: str = ""


def column_uses(spec: "Spec") -> Iterator[ColumnUse]:
    """Every key that names a column, in the order in which the study's columns stand."""
    for position, column in enumerate(spec.data.key):
        yield ColumnUse(("data", "key", str(position)), column, "key")
    if isinstance(spec.split, GroupSplit | TimeSplit | ColumnSplit):
        yield ColumnUse(("split", "column"), spec.split.column, "split")
    if spec.evaluation.unit is not None:
        yield ColumnUse(("evaluation", "unit"), spec.evaluation.unit, "unit")
    yield from _features(spec)
    for task in spec.tasks:
        yield ColumnUse(("tasks", task, "label"), spec.label(task), "label", task)
    for task, incumbent in spec.incumbents.items():
        if incumbent.time is not None:
            yield ColumnUse(("incumbents", task, "time"), incumbent.time, "incumbent", task)
    if spec.training.sample_weight is not None:
        yield ColumnUse(("training", "sample_weight"), spec.training.sample_weight, "weight")
    for position, column in enumerate(spec.evaluation.slices):
        yield ColumnUse(("evaluation", "slices", str(position)), column, "slice")
    yield from _checks(spec)


def _features(spec: "Spec") -> Iterator[ColumnUse]:
    for key, kind, entry in spec.features.entries():
        if isinstance(entry, str):
            yield ColumnUse(key, entry, "feature", kind)


def _checks(spec: "Spec") -> Iterator[ColumnUse]:
    for column in spec.checks.columns:
        yield ColumnUse(("checks", "columns", column), column, "check")
    for position, rule in enumerate(spec.checks.row_rules):
        for column in rule.columns:
            yield ColumnUse(("checks", "rules", str(position)), column, "check")
