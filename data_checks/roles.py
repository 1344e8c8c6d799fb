"""The parts that a column plays in a study, from which the checks of it follow."""

from collections.abc import Sequence
from dataclasses import dataclass

from mtl.extensions import FEATURES
from mtl.features.feature import Holds
from mtl.spec import ColumnCheck, ColumnSplit, ColumnUse, Spec, TimeSplit, column_uses
from mtl.spec.checks_section import Severity
from mtl.tasks.kind import kind_named


@dataclass(frozen=True)
class Role:
    """What the spec uses a column for, and what it asks of it.

    Attributes:
        column: its name.
        kinds: the kinds of the tasks whose labels it holds; empty for a column that is no label.
        holds: what the features and the labels that are read from it are.
        time: whether the split cuts it into windows of days.
        required: whether each row must have a value: a row without one cannot be named, split or resampled.
        essential: whether the study uses it at all, beside what `checks.columns` asks of it.
        check: what `checks.columns` asks of it; asks nothing when the column is not there.
        key: the key of the spec that uses it; of a list, the list's.
        place: `file:line` where the spec uses it.
        check_place: `file:line` where the spec asks something of it.
    """

    column: str
    kinds: frozenset[str]
    holds: frozenset[Holds]
    time: bool
    required: bool
    essential: bool
    check: ColumnCheck
    key: str
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
    uses: dict[str, list[ColumnUse]] = {}
    for use in column_uses(spec):
        uses.setdefault(use.column, []).append(use)
    return tuple(_role(spec, column, of_column) for column, of_column in uses.items())


def _role(spec: Spec, column: str, uses: Sequence[ColumnUse]) -> Role:
    kinds = frozenset(spec.tasks[use.subject].kind for use in uses if use.use == "label")
    holds = frozenset(FEATURES.get(use.subject).holds for use in uses if use.use == "feature")
    names = {use.use for use in uses}
    check_place = spec.place("checks", "columns", column)
    return Role(
        column=column,
        kinds=kinds,
        holds=holds | ({"numbers"} if any(kind_named(kind).label_check.numeric for kind in kinds) else set()),
        time=isinstance(spec.split, TimeSplit) and "split" in names,
        required=bool(names & ({"key", "unit"} if isinstance(spec.split, ColumnSplit) else {"key", "unit", "split"})),
        essential=names != {"check"},
        check=spec.checks.columns.get(column, ColumnCheck()),
        # The position in a list that a pattern stands for is in no spec.
        key=".".join(part for part in uses[0].key if not part.isdecimal()),
        place=spec.place(*uses[0].key),
        check_place=check_place,
    )
