"""What came of a check of the data: plain frozen values that any other room can read, print and store."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from mtl.spec.checks_section import Severity

MAX_CHECKS_SHOWN = 10
MAX_EXAMPLES = 5


@dataclass(frozen=True)
class FailedCheck:
    """An expectation that the data did not meet.

    Attributes:
        expectation: the kind of check, such as `expect_column_values_to_be_between`.
        column: the column it is about; several are joined by ", "; None when it is about the table.
        severity: a critical failure stops the study, a warning does not.
        message: what was expected, what came, what to do next.
        failed_rows: number of rows that break it; 0 when it is not about rows.
        examples: the first rows that break it, at most five, each as `name=value` of the key and of the offending cell.
    """

    expectation: str
    column: str | None
    severity: Severity
    message: str
    failed_rows: int
    examples: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class CheckReport:
    """Whether a table holds what its study needs.

    Attributes:
        passed: at least one check was made and none failed critically.
        checks: number of checks made.
        failures: what failed, critical first.
        rows: number of rows of the table.
        docs: the page of the checks, if it was written.
    """

    passed: bool
    checks: int
    failures: tuple[FailedCheck, ...]
    rows: int
    docs: Path | None = None

    def __post_init__(self) -> None:
        """Refuse a pass that the rest of the report contradicts: training follows from it."""
        if self.passed and (self.checks < 1 or self.critical):
            raise ValueError(
                f"a report can pass with at least one check and no critical failure;"
                f" got {self.checks} checks and {len(self.critical)} critical failures; set passed=False"
            )

    @property
    def critical(self) -> tuple[FailedCheck, ...]:
        """The failures that stop the study."""
        return tuple(failure for failure in self.failures if failure.severity == "critical")

    @property
    def warnings(self) -> tuple[FailedCheck, ...]:
        """The failures that do not."""
        return tuple(failure for failure in self.failures if failure.severity == "warning")

    def summary(self) -> str:
        """The report for people: at most ten failed checks with at most five rows each."""
        verdict = "passed" if self.passed else "failed"
        counts = f"{len(self.critical)} critical failures, {len(self.warnings)} warnings"
        lines = [f"Data checks {verdict}: {self.checks} checks on {self.rows} rows, {counts}"]
        for failure in self.failures[:MAX_CHECKS_SHOWN]:
            lines.append(f"  {failure.severity}: {failure.message}")
            lines.extend(f"    {', '.join(example)}" for example in failure.examples[:MAX_EXAMPLES])
        hidden = len(self.failures) - MAX_CHECKS_SHOWN
        if hidden > 0:
            lines.append(f"  and {hidden} more failed checks")
        if self.docs is not None:
            lines.append(f"As a page: {self.docs}")
        return "\n".join(lines)

    def to_json(self) -> str:
        """The report as JSON."""
        return json.dumps(asdict(self) | {"docs": None if self.docs is None else str(self.docs)}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The inverse of `to_json`."""
        plain = json.loads(text)
        failures = tuple(_failed_check(entry) for entry in plain.pop("failures"))
        docs = plain.pop("docs")
        return cls(**plain, failures=failures, docs=None if docs is None else Path(docs))


def _failed_check(plain: dict[str, Any]) -> FailedCheck:
    examples = tuple(tuple(example) for example in plain.pop("examples"))
    return FailedCheck(**plain, examples=examples)
