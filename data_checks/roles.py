"""The parts that a column plays in a study, from which the checks of it follow."""

from collections.abc import Iterator
from dataclasses import dataclass

from mtl.spec import ColumnCheck, GroupSplit, Spec, TimeSplit
from mtl.spec.checks_section import Severity
from mtl.tasks.kind import kind_named


@dataclass(frozen=True)
class Role:
    """What the spec uses a column for, and what it asks of it.

    Attributes:
        column: its name.
        kinds: the kinds of the tasks whose labels it holds; empty for a column that is no label.
        numeric: whether the study computes with it.
        text: whether it is the text feature.
        time: whether the split cuts it into windows of days.
        required: whether each row must have a value: a row without one cannot be named, split or resampled.
        essential: whether the study uses it at all, beside what `checks.columns` asks of it.
        check: what `checks.columns` asks of it; asks nothing when the column is not there.
        place: `file:line` where the spec uses it.
        check_place: `file:line` where the spec asks something of it.
    """

    column: str
    kinds: frozenset[str]
    numeric: bool
    text: bool
    time: bool
    required: bool
    essential: bool
    check: ColumnCheck
    place: str
    check_place: str

    @property
    def ranged(self) -> bool:
        """Whether the spec gives bounds for its values."""
        return self.check.min is not None or self.check.max is not None

    @property
    def bounded(self) -> bool:
        """Whether its bounds alone keep infinite values out, and as strictly as its use does."""
        check = self.check
        closed = check.min is not None and check.max is not None and check.mostly == 1
        return closed and check.severity == self.severity

    @property
    def severity(self) -> Severity:
        """How bad it is when the column is not what its use implies."""
        return "critical" if self.essential else self.check.severity


def roles(spec: Spec) -> tuple[Role, ...]:
    """The role of each column of the spec, in the spec's order."""
    places = {column: spec.place(*key) for key, column in reversed(list(_uses(spec)))}
    return tuple(_role(spec, column, places) for column in spec.columns)


def _role(spec: Spec, column: str, places: dict[str, str]) -> Role:
    kinds = frozenset(task.kind for name, task in spec.tasks.items() if spec.label(name) == column)
    check_place = spec.place("checks", "columns", column)
    return Role(
        column=column,
        kinds=kinds,
        numeric=column in spec.features.numeric or any(kind_named(kind).label_check.numeric for kind in kinds),
        text=column == spec.features.text,
        time=isinstance(spec.split, TimeSplit) and column == spec.split.column,
        required=column in {*spec.data.key, *_split_columns(spec), spec.unit_column},
        essential=column in places,
        check=spec.checks.columns.get(column, ColumnCheck()),
        place=places.get(column, check_place),
        check_place=check_place,
    )


def _split_columns(spec: Spec) -> tuple[str, ...]:
    return (spec.split.column,) if isinstance(spec.split, GroupSplit | TimeSplit) else ()


def _uses(spec: Spec) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each key of the spec that names a column of the study, and the column."""
    for index, column in enumerate(spec.data.key):
        yield ("data", "key", str(index)), column
    for column in _split_columns(spec):
        yield ("split", "column"), column
    if spec.evaluation.unit is not None:
        yield ("evaluation", "unit"), spec.evaluation.unit
    for index, column in enumerate(spec.features.numeric):
        yield ("features", "numeric", str(index)), column
    for index, column in enumerate(spec.features.categorical):
        yield ("features", "categorical", str(index)), column
    if spec.features.text is not None:
        yield ("features", "text"), spec.features.text
    for name in spec.tasks:
        yield ("tasks", name, "label"), spec.label(name)
