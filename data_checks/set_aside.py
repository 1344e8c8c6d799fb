"""Rows that break what a spec asks of single rows, left out of its study and kept in a file that says why.

What is read is what is kept and what is set aside: no row is lost, and a study of the kept rows is the study that it
would be had the others never been there.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data_checks.by_column import CheckedColumns
from data_checks.check_report import FailedCheck
from data_checks.check_values import BETWEEN, IN_SET
from data_checks.failing_rows import Rows, failing_rows
from data_checks.roles import roles
from data_checks.rule_rows import breaking_rows
from data_checks.suites import suite
from data_checks.table import as_checked
from mtl.data.frame import Frame, SetAside, write_frame
from mtl.data.frame_writer import write_by_column
from mtl.data.stored_table import StoredTable, in_memory, rows_at
from mtl.errors import DataError
from mtl.spec import Spec
from mtl.spec.rule import parsed_rule
from mtl.storage import partial_file, scratch_folder

ASIDE = "rows_set_aside"

WHY, ROW = "why", "row"
"""Columns of the file beside those of the rows: what each breaks, and its position among the rows that were read."""

Rejected = Mapping[str, NDArray[np.bool_]]
"""By what is broken, in words, which rows break it."""


def set_aside(spec: Spec, frame: Frame, folder: Path) -> Frame:
    """Leave out the rows that break a critical rule, or critical bounds or values of a column, if the spec says so.

    Args:
        spec: the study's, which names its columns.
        frame: the rows that were read.
        folder: for the rows that are left out, a file for each table that they were read with.

    Returns:
        The rows that are kept, which know what was set aside.

    Raises:
        DataError: more rows than `checks.max_set_aside` break something.
    """
    if spec.checks.on_violation == "stop":
        return frame
    rejected = broken_by(spec, frame)
    aside = np.any([*rejected.values(), np.zeros(frame.rows, dtype=np.bool_)], axis=0)
    count = int(aside.sum())
    if not count:
        return frame
    told = "; ".join(f"{int(rows.sum())} by {why}" for why, rows in rejected.items())
    _require_few(spec, count, frame.rows, told)
    file = folder / f"{frame.digest}.parquet"
    _write_aside(frame, aside, rejected, file)
    return replace(_without(frame, aside), in_memory=frame.in_memory, set_aside=SetAside(count, file, told))


def as_warning(aside: SetAside, kept: int) -> FailedCheck:
    """What was set aside, for the report on the rows that were kept."""
    message = f"{aside.rows} of {aside.rows + kept} rows were set aside ({aside.told}); they are in {aside.file}"
    return FailedCheck(ASIDE, None, "warning", message, aside.rows)


def _require_few(spec: Spec, count: int, rows: int, told: str) -> None:
    if count > spec.checks.max_set_aside * rows:
        share = f"{math.ceil(1000 * count / rows) / 1000:g}"
        raise DataError(
            f"{count} of {rows} rows would be set aside ({told}), more than the share of"
            f" {spec.checks.max_set_aside:g} that may be; correct the data or"
            f" {spec.change('checks', 'max_set_aside', to=share)}"
        )


def broken_by(spec: Spec, frame: Frame) -> Rejected:
    """What rows break, of all that is critical and asked of single rows."""
    table = frame.by_need
    columns = CheckedColumns(table, roles(spec)) if isinstance(table, StoredTable) else as_checked(table, roles(spec))
    found = dict(_broken_bounds(spec, columns))
    for rule in spec.checks.row_rules:
        if rule.severity == "critical" and set(rule.columns) <= set(table.columns):
            with suppress(ValueError):  # of a rule that makes no sense of these columns, which the checks tell of
                found[f"rule {rule.rule!r}"] = breaking_rows(parsed_rule(rule.rule), table)
    return {why: rows for why, rows in found.items() if rows.any()}


def _broken_bounds(spec: Spec, columns: Rows) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    for check in suite(spec):
        asked = check.expectation in (BETWEEN, IN_SET) and check.severity == "critical"
        if asked and check.kwargs.get("mostly", 1.0) == 1.0 and check.columns[0] in set(columns.columns):
            with suppress(TypeError):  # of a column of another type, which the checks tell of
                yield check.expected, failing_rows(columns, check)


def _write_aside(frame: Frame, aside: NDArray[np.bool_], rejected: Rejected, file: Path) -> None:
    positions = np.flatnonzero(aside)
    rows = in_memory(rows_at(frame.by_need, positions)).reset_index(drop=True)
    why = [", ".join(name for name, broken in rejected.items() if broken[position]) for position in positions]
    beside = pd.DataFrame({_free(WHY, rows): pd.Series(why, dtype="str"), _free(ROW, rows): positions})
    told = pd.concat([rows, beside], axis="columns")
    with partial_file(file) as partial:
        told.to_parquet(partial, index=False)
        partial.replace(file)


def _free(name: str, rows: pd.DataFrame) -> str:
    while name in rows.columns:
        name = f"{name}_"
    return name


def _without(frame: Frame, aside: NDArray[np.bool_]) -> Frame:
    table, kept = frame.by_need, np.flatnonzero(~aside)
    if not isinstance(table, StoredTable):
        return write_frame(table.iloc[kept].reset_index(drop=True), frame.path.parent)
    attrs = table.attrs
    columns = (_attributed(table[[name]].iloc[kept].reset_index(drop=True), attrs) for name in table.columns)
    with scratch_folder(frame.path.parent) as scratch:
        return write_by_column(columns, frame.path.parent, scratch)


def _attributed(column: pd.DataFrame, attrs: Mapping[object, object]) -> pd.DataFrame:
    column.attrs = dict(attrs)
    return column
