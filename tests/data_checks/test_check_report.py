import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_checks import CheckReport, FailedCheck
from mtl.spec.checks_section import Severity

EXAMPLE = ("person=7", "age=-3")


def failed(number: int = 0, severity: Severity = "critical", examples: int = 1) -> FailedCheck:
    return FailedCheck("expect_x", "age", severity, f"failure {number}", 9, (EXAMPLE,) * examples)


failed_checks = st.builds(
    FailedCheck,
    st.text(),
    st.none() | st.text(),
    st.sampled_from(["critical", "warning"]),
    st.text(),
    st.integers(0),
    st.lists(st.lists(st.text()).map(tuple), max_size=5).map(tuple),
)


@given(st.lists(failed_checks).map(tuple), st.integers(0), st.none() | st.just(Path("docs/index.html")))
def test_json_gives_back_the_report(failures: tuple[FailedCheck, ...], rows: int, docs: Path | None) -> None:
    report = CheckReport(False, 3, failures, rows, docs)
    assert CheckReport.from_json(report.to_json()) == report


def test_a_pass_cannot_carry_a_critical_failure() -> None:
    with pytest.raises(ValueError, match="got 4 checks and 1 critical failures; set passed=False"):
        CheckReport(True, 4, (failed(severity="warning"), failed()), 10)


def test_a_report_of_no_checks_cannot_pass() -> None:
    with pytest.raises(ValueError, match="at least one check"):
        CheckReport(True, 0, (), 10)


def test_a_warning_can_pass_and_is_told_apart() -> None:
    report = CheckReport(True, 4, (failed(severity="warning"),), 10)
    assert (len(report.critical), len(report.warnings)) == (0, 1)
    assert report.summary().startswith("Data checks passed: 4 checks on 10 rows, 0 critical failures, 1 warnings")


def test_the_summary_says_which_check_and_which_rows() -> None:
    summary = CheckReport(False, 4, (failed(),), 10, Path("site/index.html")).summary()
    assert summary.splitlines() == [
        "Data checks failed: 4 checks on 10 rows, 1 critical failures, 0 warnings",
        "  critical: failure 0",
        "    person=7, age=-3",
        "As a page: site/index.html",
    ]


@pytest.mark.parametrize(("failures", "shown", "rest"), [(10, 10, None), (11, 10, 1), (30, 10, 20)])
def test_the_summary_shows_at_most_ten_checks(failures: int, shown: int, rest: int | None) -> None:
    summary = CheckReport(False, 40, tuple(failed(number) for number in range(failures)), 10).summary()
    assert summary.count("critical: failure") == shown
    assert ("more failed checks" in summary) == (rest is not None)
    assert rest is None or f"  and {rest} more failed checks" in summary.splitlines()


def test_the_summary_shows_at_most_five_rows_of_a_check() -> None:
    assert CheckReport(False, 4, (failed(examples=8),), 10).summary().count("person=7") == 5


@pytest.mark.slow
def test_reports_import_neither_great_expectations_nor_torch() -> None:
    code = (
        "import sys, data_checks, data_checks.check_report;"
        "sys.exit(bool({'great_expectations', 'torch', 'scipy.stats'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
