"""A check and what came of it, in plain values: the words that the rest of this room shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mtl.spec.checks_section import Severity

ROW_COUNT = "expect_table_row_count_to_be_between"
EXISTS = "expect_column_to_exist"
OF_TYPE = "expect_column_values_to_be_of_type"
OF_TYPES = "expect_column_values_to_be_in_type_list"
NOT_NULL = "expect_column_values_to_not_be_null"
COVERED = "expect_column_proportion_of_non_null_values_to_be_between"
DISTINCT = "expect_column_unique_value_count_to_be_between"
BETWEEN = "expect_column_values_to_be_between"
IN_SET = "expect_column_values_to_be_in_set"
UNIQUE = "expect_column_values_to_be_unique"
UNIQUE_TOGETHER = "expect_compound_columns_to_be_unique"


FOUND = "{found}"
"""What stands for a number that is known once a check was made."""


@dataclass(frozen=True)
class Check:
    """An expectation with its reason.

    Attributes:
        expectation: what Great Expectations calls it.
        kwargs: its arguments.
        expected: what it asks for, in words.
        place: `file:line` of the spec that it follows from.
        severity: whether a failure stops the study.
        allowed: how the spec is changed so that it allows what came, for which `FOUND` stands; empty: at its place.
    """

    expectation: str
    kwargs: Mapping[str, Any]
    expected: str
    place: str
    severity: Severity = "critical"
    allowed: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it is about; none when it is about the table."""
        return tuple(self.kwargs.get("column_list", ())) or (
            (self.kwargs["column"],) if "column" in self.kwargs else ()
        )


@dataclass(frozen=True)
class CheckResult:
    """What came of a check.

    Attributes:
        check: what was asked.
        success: whether the table meets it.
        result: what was counted or observed.
        error: why it could not be evaluated; None when it could.
    """

    check: Check
    success: bool
    result: Mapping[str, Any]
    error: str | None

    @property
    def met(self) -> bool:
        """Whether it was evaluated and the table meets it."""
        return self.success and self.error is None
