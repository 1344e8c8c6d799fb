"""The rows of a study as a `Frame` of the columns that its spec names."""

from collections import Counter
from pathlib import Path

import pandas as pd

from mtl.data.frame import Frame, write_frame
from mtl.data.missing_marks import without_marks
from mtl.data.single_values import with_single_values
from mtl.errors import DataError, SpecError
from mtl.hints import did_you_mean
from mtl.spec import Spec, column_uses

SHOWN = 30
"""Columns that a message lists, and mistakes."""


def read_source(spec: Spec, cache: Path, folder: Path) -> Frame:
    """Read the study's rows and store the columns it names in `folder`; `cache` keeps what was fetched.

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
    require_columns(spec, table)
    read = {use.column for use in column_uses(spec) if use.use in ("feature", "label")}
    table = without_marks(table, sorted(read), spec.data.missing)
    require_labels(spec, table)
    try:
        return write_frame(with_single_values(spec, table[list(spec.columns)]), folder)
    except DataError as error:
        raise DataError(f"{where}: data.{name}: {error}") from error


def require_columns(spec: Spec, table: pd.DataFrame) -> None:
    """Raise `SpecError`, one line per key, where the spec names a column that `table` lacks or has more than once."""
    available = list(table.columns)
    counted = Counter(available)
    wrong = [use for use in column_uses(spec) if counted[use.column] != 1]
    if wrong:
        # A hint compares with every column of the data: of thousands of mistakes the first will do.
        lines = [
            f"{spec.place(*use.key)}: {'.'.join(use.key)}: {_wrong_count(use.column, available)}"
            for use in wrong[:SHOWN]
        ]
        raise SpecError("\n".join([*lines, *([f"and {len(wrong) - SHOWN} more"] if wrong[SHOWN:] else [])]))


def require_labels(spec: Spec, table: pd.DataFrame) -> None:
    """Raise `SpecError` for a task whose label column holds nothing."""
    for task in spec.tasks:
        if not table[spec.label(task)].notna().any():
            raise SpecError(
                f"{spec.place('tasks', task)}: tasks.{task}: column '{spec.label(task)}' holds no label in"
                f" {len(table)} rows; remove the task or give it labels"
            )


def _wrong_count(column: str, available: list[str]) -> str:
    if column in available:
        return f"column '{column}' stands {available.count(column)} times in the data; which one is meant?"
    shown = ", ".join(available[:SHOWN]) + (", …" if len(available) > SHOWN else "")
    return f"no column '{column}' in the data; {did_you_mean(column, available)}columns: {shown}"
