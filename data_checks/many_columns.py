"""The same check of a great many columns: Great Expectations takes 12 ms for each of its own, which is minutes then.

What each column is asked, and when it meets it, is as Great Expectations has it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from data_checks.check_values import (
    BETWEEN,
    COVERED,
    DISTINCT,
    EXISTS,
    IN_SET,
    NOT_NULL,
    OF_TYPE,
    OF_TYPES,
    Check,
    CheckResult,
)
from data_checks.failing_rows import Rows, failing_rows

MOST_ALONE = 100
"""Checks of one kind and severity that are made one by one."""

MOST_NAMED = 50
"""Columns that a page names of those that do not meet a check."""

_ROWS_NAMED = 5

UNMADE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, NotImplementedError)
"""What pandas raises where a text is compared with a number, or the like: a check that was not made."""


def apart(checks: Sequence[Check]) -> tuple[list[int], list[list[int]]]:
    """Positions of the checks that are made one by one, and of those that are made together."""
    kinds: dict[tuple[str, str], list[int]] = {}
    for position, check in enumerate(checks):
        kinds.setdefault((check.expectation, check.severity), []).append(position)
    together = [found for (kind, _), found in kinds.items() if kind in _MET and len(found) > MOST_ALONE]
    many = {position for positions in together for position in positions}
    return [position for position in range(len(checks)) if position not in many], together


def answers(table: Rows, checks: Sequence[Check]) -> Iterator[CheckResult]:
    """What came of each check of one column."""
    for check in checks:
        try:
            yield _answer(table, check)
        except UNMADE as error:
            yield CheckResult(check, False, {}, " ".join(str(error).split()) or type(error).__name__)


def unmet_in_words(table: Rows, found: Sequence[CheckResult]) -> str:
    """Which columns do not meet their check, and in which rows."""
    unmet = [each for each in found if not each.met]
    if not unmet:
        return f"all {len(found):,} columns"
    named = [f"{each.check.columns[0]} ({_fault(table, each)})" for each in unmet[:MOST_NAMED]]
    more = [f"and {len(unmet) - MOST_NAMED:,} more"] if len(unmet) > MOST_NAMED else []
    return f"not in {len(unmet):,} of {len(found):,} columns: {'; '.join([*named, *more])}"


def _answer(table: Rows, check: Check) -> CheckResult:
    name = check.columns[0]
    if check.expectation == EXISTS or name not in table.columns:
        return CheckResult(check, name in table.columns, {}, None)
    result = _MET[check.expectation](table[name], table, check)
    return CheckResult(check, bool(result.pop("success")), result, None)


def _fault(table: Rows, result: CheckResult) -> str:
    if result.error is not None:
        return f"not evaluated: {result.error}"
    if result.check.expectation == EXISTS:
        return "there is none, or more than one"
    rows = np.flatnonzero(failing_rows(table, result.check))
    listed = ", ".join(map(str, rows[:_ROWS_NAMED])) + (", …" if len(rows) > _ROWS_NAMED else "")
    return f"{len(rows):,} rows: {listed}" if len(rows) else f"found {result.result.get('observed_value')}"


def _broken(table: Rows, check: Check) -> int:
    return int(failing_rows(table, check).sum())


def _enough(broken: int, asked: int, check: Check) -> dict[str, Any]:
    """As many rows as `mostly` says; of none, all."""
    met = asked == 0 or (asked - broken) / asked >= check.kwargs.get("mostly", 1.0)
    return {"success": met, "unexpected_count": broken}


def _typed(column: pd.Series, table: Rows, check: Check) -> dict[str, Any]:
    """A column of numbers or of texts, as a whole, needs no look at its cells."""
    dtype = column.dtype
    numbers = types.is_numeric_dtype(dtype) and not types.is_complex_dtype(dtype)
    whole = numbers if "float64" in check.kwargs.get("type_list", ()) else False
    return {"success": True} if whole else _enough(_broken(table, check), int(column.notna().sum()), check)


def _not_null(column: pd.Series, _: Rows, check: Check) -> dict[str, Any]:
    return _enough(int(column.isna().sum()), len(column), check)


def _covered(column: pd.Series, _: Rows, check: Check) -> dict[str, Any]:
    share, least = float(column.notna().mean()) if len(column) else 0.0, check.kwargs["min_value"]
    met = share > least if check.kwargs.get("strict_min") else share >= least
    return {"success": met, "observed_value": share}


def _distinct(column: pd.Series, _: Rows, check: Check) -> dict[str, Any]:
    count = int(column.nunique())
    return {"success": count >= check.kwargs["min_value"], "observed_value": count}


def _valued(column: pd.Series, table: Rows, check: Check) -> dict[str, Any]:
    return _enough(_broken(table, check), int(column.notna().sum()), check)


_MET: Mapping[str, Callable[[pd.Series, Rows, Check], dict[str, Any]]] = {
    EXISTS: _valued,
    OF_TYPE: _typed,
    OF_TYPES: _typed,
    NOT_NULL: _not_null,
    COVERED: _covered,
    DISTINCT: _distinct,
    BETWEEN: _valued,
    IN_SET: _valued,
}
