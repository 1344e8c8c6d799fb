"""The page of the checks, for who knows nothing of Great Expectations: what was expected, what came, which rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from data_checks.check_report import CheckReport, FailedCheck
from data_checks.check_values import CheckResult
from mtl.report.web import page_files

MOST_LISTED = 2000
"""Checks that the page lists: of thousands of columns the file would grow too large to open."""


@dataclass(frozen=True)
class Past:
    """An earlier check of the same study's data.

    Attributes:
        made: when, for people.
    """

    made: str
    passed: bool
    rows: int
    checks: int
    critical: int
    warnings: int

    @classmethod
    def of(cls, report: CheckReport, made: datetime) -> "Past":
        """As the next page tells of it."""
        counts = len(report.critical), len(report.warnings)
        return cls(f"{made:%Y-%m-%d %H:%M}", report.passed, report.rows, report.checks, *counts)


@dataclass(frozen=True)
class Listed:
    """A check that was made, in words."""

    about: str
    expected: str
    came: str
    place: str
    severity: str
    met: bool


@dataclass(frozen=True)
class ChecksPage:
    """Everything that `checks.html` shows."""

    heading: str
    name: str
    made: str
    report: CheckReport
    failures: tuple[FailedCheck, ...]
    listed: tuple[Listed, ...]
    left_out: int
    past: tuple[Past, ...]
    as_csv: str
    download: Callable[[str, str, str], Markup] = page_files.download


def checks_page(
    name: str, report: CheckReport, outcomes: Sequence[CheckResult], past: Sequence[Past], now: datetime
) -> str:
    """The page as HTML, one file that asks for nothing else.

    Args:
        name: of the study.
        report: what the checks came to.
        outcomes: of those of single columns and of the table, in the suite's order.
        past: earlier ones, the latest last.
        now: when it is made.
    """
    listed = tuple(map(_listed, outcomes))
    headings = ("about", "expected", "came", "place", "severity", "met")
    page = ChecksPage(
        heading=f"Data of {name}: {'passed' if report.passed else 'failed'}",
        name=name,
        made=f"{now:%Y-%m-%d %H:%M}",
        report=report,
        failures=report.failures,
        listed=tuple(sorted(listed, key=lambda each: each.met))[:MOST_LISTED],
        left_out=max(len(listed) - MOST_LISTED, 0),
        past=tuple(reversed(past)),
        as_csv=page_files.as_csv([headings, *(tuple(getattr(each, key) for key in headings) for each in listed)]),
    )
    return page_files.render("checks.html", page)


def _listed(outcome: CheckResult) -> Listed:
    check = outcome.check
    about = ", ".join(check.columns) or "the table"
    expected = check.expected.removeprefix(f"{about}: ")
    return Listed(about, expected, _came(outcome), check.place, check.severity, outcome.met)


def _came(outcome: CheckResult) -> str:
    if outcome.error is not None:
        return f"it could not be made: {outcome.error}"
    rows = outcome.result.get("unexpected_count")
    if isinstance(rows, int) and rows:
        return f"{rows:,} rows do not"
    observed = outcome.result.get("observed_value")
    if isinstance(observed, int | float | str) and not isinstance(observed, bool):
        return f"{observed:,.4g}" if isinstance(observed, float) else f"{observed}"
    return "as expected" if outcome.met else "something else"
