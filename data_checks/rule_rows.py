"""Which rows break a rule: its syntax, computed over columns.

What is compared decides how: numbers as numbers; dates, and texts whose order is asked for, as times; anything else by
its name, as categories are. A comparison with an empty cell is neither true nor false, and of three-valued logic's
answers (Kleene, 1938) only false breaks a rule.
"""

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, assert_never

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types
from pandas.arrays import BooleanArray

from data_checks.failing_rows import Rows
from mtl.names import canonical_name, canonical_names, read_numbers, read_times
from mtl.spec.rule import ParsedRule

Floats = NDArray[np.float64]

DAY = np.timedelta64(1, "D") / np.timedelta64(1, "us")
"""Microseconds of a day, in which times are told apart."""

_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_COMPUTED: dict[type[ast.operator], Callable[[Floats, Floats], Floats]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
}


def breaking_rows(rule: ParsedRule, table: Rows) -> NDArray[np.bool_]:
    """True for each row of which the rule is false. Raises ValueError where it asks for the order of what has none."""
    truth = _Rule(rule, table).truth(rule.tree)
    broken: NDArray[np.bool_] = (~truth).fillna(False).to_numpy(dtype=np.bool_)
    return broken


@dataclass(frozen=True, eq=False)
class _Side:
    """One side of a comparison: a column, a constant, or computed numbers."""

    column: pd.Series | None = None
    constant: str | float | bool | None = None
    computed: Floats | None = None

    @property
    def of_numbers(self) -> bool:
        if self.column is None:
            return self.computed is not None or _is_number(self.constant)
        return types.is_numeric_dtype(self.column.dtype) and not types.is_bool_dtype(self.column.dtype)

    @property
    def of_times(self) -> bool:
        return self.column is not None and types.is_datetime64_any_dtype(self.column.dtype)

    def numbers(self, rows: int) -> Floats:
        if self.computed is not None:
            return self.computed
        return read_numbers(self.column) if self.column is not None else _number_in(self.constant, rows)

    def times(self, rows: int) -> Floats:
        """Days since 1970, NaN where there is no time."""
        cells = self.column if self.column is not None else pd.Series([str(self.constant)])
        read = read_times(cells)
        if self.column is None and read.isna().all():
            raise ValueError(f"{self.constant!r} is compared by order, and is no number and no date as ISO 8601 has it")
        stamps = read.to_numpy(dtype="datetime64[us]")
        days = np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64) / DAY)
        return days if self.column is not None else np.full(rows, days[0])

    def names(self, rows: int) -> NDArray[np.object_]:
        listed = canonical_names(self.column) if self.column is not None else [canonical_name(self.constant)] * rows
        return np.array(listed, dtype=object)


@dataclass(frozen=True, eq=False)
class _Rule:
    parsed: ParsedRule
    table: Rows

    def truth(self, node: ast.expr) -> BooleanArray:
        match node:
            case ast.BoolOp():
                parts = [self.truth(each) for each in node.values]
                together = operator.and_ if isinstance(node.op, ast.And) else operator.or_
                whole = parts[0]
                for part in parts[1:]:
                    whole = together(whole, part)
                return whole
            case ast.UnaryOp():
                return ~self.truth(node.operand)
            case ast.Call():
                return _known(self._column(node.args[0]).isna().to_numpy(dtype=np.bool_))
            case ast.Compare():
                return self._compared(node)
        raise AssertionError(ast.dump(node))

    def _compared(self, node: ast.Compare) -> BooleanArray:
        sides, whole = [node.left, *node.comparators], None
        for left, asked, right in zip(sides, node.ops, sides[1:], strict=False):
            if isinstance(right, ast.List | ast.Tuple):
                part = self._listed(left, right)
                part = ~part if isinstance(asked, ast.NotIn) else part
            else:
                part = self._one(self._side(left), type(asked), self._side(right))
            whole = part if whole is None else whole & part
        assert whole is not None
        return whole

    def _listed(self, left: ast.expr, right: ast.List | ast.Tuple) -> BooleanArray:
        side = self._side(left)
        whole: Any = _known(np.zeros(len(self.table), dtype=np.bool_))
        for each in right.elts:
            whole = whole | self._one(side, ast.Eq, self._side(each))
        found: BooleanArray = whole
        return found

    def _one(self, left: _Side, asked: type[ast.cmpop], right: _Side) -> BooleanArray:
        rows = len(self.table)
        ordered = asked not in (ast.Eq, ast.NotEq)
        if left.of_numbers or right.of_numbers:
            return _of_floats(left.numbers(rows), asked, right.numbers(rows))
        if ordered or left.of_times or right.of_times:
            return _of_floats(left.times(rows), asked, right.times(rows))
        names, others = left.names(rows), right.names(rows)
        empty = np.array([a is None or b is None for a, b in zip(names, others, strict=True)], dtype=np.bool_)
        return BooleanArray(np.asarray(_COMPARED[asked](names, others), dtype=np.bool_), empty)

    def _side(self, node: ast.expr) -> _Side:
        match node:
            case ast.Name():
                return _Side(column=self._column(node))
            case ast.Constant():
                assert isinstance(node.value, str | int | float | bool)
                return _Side(constant=node.value)
            case ast.UnaryOp() | ast.BinOp():
                return _Side(computed=self._computed(node))
        raise AssertionError(ast.dump(node))

    def _computed(self, node: ast.UnaryOp | ast.BinOp) -> Floats:
        rows = len(self.table)
        if isinstance(node, ast.UnaryOp):
            return -self._side(node.operand).numbers(rows)
        left, right = self._side(node.left), self._side(node.right)
        if isinstance(node.op, ast.Sub) and not (left.of_numbers or right.of_numbers):
            return left.times(rows) - right.times(rows)  # in days
        with np.errstate(all="ignore"):
            found = _COMPUTED[type(node.op)](left.numbers(rows), right.numbers(rows))
        return np.where(np.isfinite(found), found, np.nan)

    def _column(self, node: ast.expr) -> pd.Series:
        assert isinstance(node, ast.Name)
        return self.table[self.parsed.columns[node.id]]


def _of_floats(left: Floats, asked: type[ast.cmpop], right: Floats) -> BooleanArray:
    return BooleanArray(np.asarray(_COMPARED[asked](left, right)), np.isnan(left) | np.isnan(right))


def _known(truth: NDArray[np.bool_]) -> BooleanArray:
    return BooleanArray(truth, np.zeros(len(truth), dtype=np.bool_))


def _is_number(constant: str | float | bool | None) -> bool:
    return isinstance(constant, int | float) and not isinstance(constant, bool)


def _number_in(constant: str | float | bool | None, rows: int) -> Floats:
    match constant:
        case int() | float():
            return np.full(rows, float(constant))
        case str():
            raise ValueError(f"{constant!r} is compared with numbers, and is none")
        case None:
            raise AssertionError
    assert_never(constant)
