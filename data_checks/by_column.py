"""The checks of a table that memory does not hold: every one exact, on all rows, made of one column after the other.

Great Expectations wants the whole table in memory. For its own pages, where they are asked for, it is given a sample,
which they say; what is decided and told follows from all rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, overload

import numpy as np
import pandas as pd

from data_checks.check_values import ROW_COUNT, UNIQUE, UNIQUE_TOGETHER, Check, CheckResult
from data_checks.failing_rows import failing_rows
from data_checks.many_columns import answers
from data_checks.roles import Role
from data_checks.table import as_checked
from mtl.data.stored_table import StoredTable, in_memory, rows_at

SAMPLE = 100_000
"""Rows of the sample."""

SEED = 0
"""The same rows give the same sample."""


class CheckedColumns:
    """A stored table as the checks see it, each column made when it is asked for; the last one stays."""

    def __init__(self, table: StoredTable, roles: Sequence[Role]) -> None:
        self._table = table
        self._roles = {role.column: role for role in roles if role.column in set(table.columns)}
        self._column: Callable[[str], pd.Series] = lru_cache(maxsize=1)(self._made)

    @property
    def columns(self) -> pd.Index:
        """The names of those that are there."""
        return pd.Index(list(self._roles))

    def __len__(self) -> int:
        """N."""
        return len(self._table)

    @overload
    def __getitem__(self, name: str, /) -> pd.Series: ...
    @overload
    def __getitem__(self, name: list[str], /) -> pd.DataFrame: ...
    def __getitem__(self, name: str | list[str], /) -> pd.Series | pd.DataFrame:
        """A column, or several."""
        if isinstance(name, str):
            return self._column(name)
        return pd.concat([self._column(each) for each in name], axis="columns")

    def _made(self, name: str) -> pd.Series:
        return as_checked(self._table[name].to_frame(), (self._roles[name],), dense=True)[name]


def exact_results(checks: Sequence[Check], table: CheckedColumns) -> Iterator[CheckResult]:
    """What came of each check, of all rows."""
    for check in checks:
        if check.expectation == ROW_COUNT:
            yield CheckResult(check, _within(len(table), check.kwargs), {"observed_value": len(table)}, None)
        elif check.expectation in (UNIQUE, UNIQUE_TOGETHER):
            broken = int(failing_rows(table, check).sum())
            yield CheckResult(check, not broken, {"unexpected_count": broken}, None)
        else:
            yield from answers(table, [check])


def sampled(checks: Sequence[Check], roles: tuple[Role, ...], table: StoredTable) -> tuple[list[Check], pd.DataFrame]:
    """What its pages are made of: the checks that a sample can answer, as asked of it, and the sample."""
    rows = min(SAMPLE, len(table))
    positions = np.sort(np.random.default_rng(SEED).choice(len(table), rows, replace=False))
    said = f", on a uniform sample of {rows:,} of {len(table):,} rows; all were checked elsewhere"
    # How many rows there are, or how often a key occurs, no sample tells.
    asked = [check for check in checks if check.expectation not in (ROW_COUNT, UNIQUE, UNIQUE_TOGETHER)]
    known = [role.column for role in roles if role.column in set(table.columns)]
    sample = in_memory(rows_at(table, positions), known)
    return [replace(check, expected=check.expected + said) for check in asked], as_checked(sample, roles)


def _within(count: int, bounds: Mapping[str, Any]) -> bool:
    return bool(bounds.get("min_value", count) <= count <= bounds.get("max_value", count))
