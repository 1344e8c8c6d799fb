"""A spec whose patterns are the names of columns, once the data are known."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from mtl.errors import SpecError
from mtl.spec import Spec, column_uses
from mtl.spec.features_section import AllOfType, ColumnType
from mtl.spec.named_columns import pattern_mistakes, unknown_columns, with_named_columns


def named_by(spec: Spec, types: Mapping[str, ColumnType], available: Sequence[str]) -> Spec:
    """The spec with the columns of the data in place of patterns.

    Args:
        spec: as it was written.
        types: of the columns; what they are is no matter where `columns_to_type` is None.
        available: the names of the columns, as often as they stand there.

    Raises:
        SpecError: one line per key that names a column which the data lack or have more than once, or is a pattern that
            cannot be meant.
    """
    mistaken = list(pattern_mistakes(spec, types))
    named = spec if mistaken else with_named_columns(spec, types)
    told = {each.key for each in mistaken}
    found = {each.key: each.message for each in (*mistaken, *unknown_columns(named, list(available), told))}
    if found:
        raise SpecError("\n".join(named.mistakes(found)))
    return named


def columns_to_type(spec: Spec, available: Sequence[str]) -> list[str] | None:
    """Columns that are typed without their marks: one for a missing value among numbers makes texts of them in a file.

    None where no pattern asks for types.
    """
    if not any(isinstance(entry, AllOfType) for _, _, entry in spec.features.entries()):
        return None
    counted = Counter(available)
    used = {use.column for use in column_uses(spec) if use.use != "check"}
    return [name for name in counted if counted[name] == 1 and name not in used]


def require_labels(spec: Spec, table: pd.DataFrame) -> None:
    """Raise `SpecError`, one line per task, for those whose label column holds nothing."""
    found: dict[tuple[str, ...], str] = {
        ("tasks", task): f"column '{spec.label(task)}' holds no label in {len(table)} rows; remove the task or give it"
        " labels"
        for task in spec.tasks
        if not table[spec.label(task)].notna().any()
    }
    if found:
        raise SpecError("\n".join(spec.mistakes(found)))
