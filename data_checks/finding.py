"""What was found in a table beside what Great Expectations can ask."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data_checks.check_report import FailedCheck
from data_checks.failing_rows import Rows, describe_rows
from mtl.spec.checks_section import Severity


def no_rows() -> NDArray[np.int64]:
    """Of a finding that is about none."""
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Finding:
    """Something that stops a study, or that its user should know of.

    Attributes:
        check: what was asked.
        column: the column it is about; None when it is about the table, or about several.
        severity: critical stops the study.
        message: what was expected, what came, what to do next.
        rows: positions in the table of the rows that show it.
        several: the columns that it is about, where they are several.
    """

    check: str
    column: str | None
    severity: Severity
    message: str
    rows: NDArray[np.int64] = field(default_factory=no_rows)
    several: tuple[str, ...] = ()

    def as_failure(self, key: Sequence[str], table: Rows) -> FailedCheck:
        """The same for the report, with the first of its rows."""
        shown = (*key, *self.several, *([] if self.column is None else [self.column]))
        known = [name for name in dict.fromkeys(shown) if name in table.columns]
        where = np.zeros(len(table), dtype=np.bool_)
        where[self.rows] = True
        examples = describe_rows(table, key, known, where)
        return FailedCheck(
            self.check,
            self.column or ", ".join(self.several) or None,
            self.severity,
            self.message,
            len(self.rows),
            examples,
        )


@dataclass(frozen=True, eq=False)
class Found:
    """How many checks were made, and what they found."""

    made: int
    findings: tuple[Finding, ...]
