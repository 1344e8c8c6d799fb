"""The rows of a study as a `Frame` of the columns that its spec names."""

from collections import Counter
from pathlib import Path

import pandas as pd

from mtl.data.column_types import column_types
from mtl.data.frame import Frame, write_frame
from mtl.data.missing_marks import without_marks
from mtl.data.single_values import with_single_values
from mtl.data.spelled_dates import with_dates
from mtl.errors import DataError, SpecError
from mtl.spec import Spec, column_uses
from mtl.spec.features_section import AllOfType
from mtl.spec.named_columns import pattern_mistakes, unknown_columns, with_named_columns


def read_source(spec: Spec, cache: Path, folder: Path) -> Frame:
    """The rows of `read_study` alone, for a spec that names its columns."""
    return read_study(spec, cache, folder)[1]


def read_study(spec: Spec, cache: Path, folder: Path) -> tuple[Spec, Frame]:
    """Read the study's rows and store the columns it names in `folder`; `cache` keeps what was fetched.

    Returns:
        The spec with the names of the columns in place of patterns, of which all that follows is to be made; the rows.

    Raises:
        DataError: the source cannot be read.
        SpecError: there is no such source, the spec names a column that the data lack, or a task has not one label.
    """
    name, where = spec.data.source_name, spec.place("data", spec.data.source_name)
    try:
        table = spec.data.source.read(cache)
    except SpecError as error:
        raise SpecError(f"{where}: data.{name}: {error}") from error
    except Exception as error:  # whatever a source raises, the user is told in one line
        raise DataError(f"{where}: data.{name}: {' '.join(str(error).split())}") from error
    spec = named_in(spec, table)
    read = {use.column for use in column_uses(spec) if use.use in ("feature", "label")}
    table = without_marks(table, sorted(read), spec.data.missing)
    require_labels(spec, table)
    try:
        table = with_dates(table, spec.data.dates)
        return spec, write_frame(with_single_values(spec, table[list(spec.columns)]), folder)
    except DataError as error:
        raise DataError(f"{where}: data.{name}: {error}") from error


def named_in(spec: Spec, table: pd.DataFrame) -> Spec:
    """The spec with the columns of `table` in place of patterns.

    Raises:
        SpecError: one line per key that names a column which `table` lacks or has more than once, or is a pattern that
            cannot be meant.
    """
    types = column_types(_without_marks_to_type(spec, table))
    mistaken = list(pattern_mistakes(spec, types))
    named = spec if mistaken else with_named_columns(spec, types)
    told = {each.key for each in mistaken}
    found = {each.key: each.message for each in (*mistaken, *unknown_columns(named, list(table.columns), told))}
    if found:
        raise SpecError("\n".join(named.mistakes(found)))
    return named


def _without_marks_to_type(spec: Spec, table: pd.DataFrame) -> pd.DataFrame:
    """The table as its columns are typed: a mark for a missing value among numbers makes texts of them in a file."""
    counted = Counter(table.columns)
    used = {use.column for use in column_uses(spec) if use.use != "check"}
    if not any(isinstance(entry, AllOfType) for _, _, entry in spec.features.entries()):
        return table
    return without_marks(
        table, [name for name in counted if counted[name] == 1 and name not in used], spec.data.missing
    )


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
