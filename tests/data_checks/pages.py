"""Pages of checks: of data with nothing to object to, with much, and with names that are hard to show."""

from datetime import datetime, timedelta

from data_checks.check_page import Past, checks_page
from data_checks.check_report import CheckReport, FailedCheck
from data_checks.check_values import BETWEEN, ROW_COUNT, Check, CheckResult
from mtl.spec.checks_section import Severity

NOW = datetime(2026, 11, 26, 12, 2).astimezone()
SEVERITIES: tuple[Severity, ...] = ("critical", "warning")
LONG = "a_column_of_sixty_characters_that_nobody_would_write_by_hand"


def passed() -> str:
    outcomes = [outcome("age", True), CheckResult(ROWS, True, {"observed_value": 300}, None)]
    return checks_page("visits", CheckReport(True, 2, (), 300), outcomes, (), NOW)


def failed(columns: int = 400) -> str:
    """Every other column fails."""
    names = ["<b>age</b>", "\x1b[31mred", *(f"{LONG}_{number}" for number in range(columns))]
    failures = tuple(
        FailedCheck(BETWEEN, name, SEVERITIES[at % 2], f"{name}: 1 row is not a number", 1, ((f"id={at}",),))
        for at, name in enumerate(names[:40:2])
    )
    outcomes = [outcome(name, at % 2 == 1) for at, name in enumerate(names)]
    past = [Past.of(CheckReport(True, 3, (), 10 * at), NOW - timedelta(days=9 - at)) for at in range(3)]
    return checks_page("visits", CheckReport(False, len(names), failures, 300), outcomes, past, NOW)


def outcome(column: str, met: bool) -> CheckResult:
    check = Check(BETWEEN, {"column": column}, f"{column}: a number from 0 to 110", "visits.yaml:21")
    return CheckResult(check, met, {"unexpected_count": 0 if met else 1234}, None)


ROWS = Check(ROW_COUNT, {"min_value": 100}, "number of rows at least 100", "visits.yaml:3")
