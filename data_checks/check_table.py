"""Check a table against its spec: the one entrance to Great Expectations."""

import threading
from pathlib import Path

import pandas as pd

from data_checks.check_report import CheckReport, FailedCheck
from data_checks.check_values import EXISTS, CheckResult
from data_checks.failures import explain, nothing_checked, unmet
from data_checks.oddities import oddities
from data_checks.roles import roles
from data_checks.side_checks import check_sides
from data_checks.suites import suite
from data_checks.table import as_checked
from mtl.spec import Spec

# Great Expectations keeps its current project in a global of the process.
_ONE_AT_A_TIME = threading.Lock()


def check(spec: Spec, table: pd.DataFrame, docs_root: Path) -> CheckReport:
    """Whether `table` holds what `spec` says and implies; the Data Docs in `docs_root` are replaced by this check's.

    What is wrong with the table comes as a report, never as an exception. A check that cannot be evaluated is a
    critical failure, and so is a run that checked nothing. The sides are looked at once nothing else stops the study:
    of columns that are missing or mistyped they cannot be made.
    """
    report = check_columns(spec, table, docs_root)
    if not report.passed:
        return report
    odd, sides = oddities(spec, table), check_sides(spec, table)
    found = [finding.as_failure(spec.data.key, table) for finding in (*odd.findings, *sides.findings)]
    return _report([*report.failures, *found], report.checks + odd.made + sides.made, len(table), report.docs)


def check_columns(spec: Spec, table: pd.DataFrame, docs_root: Path) -> CheckReport:
    """Likewise of the columns alone, whatever the sides of the split come to."""
    checked = as_checked(table, roles(spec))
    outcomes, docs = _evaluate(spec, checked, docs_root)
    failures = [explain(outcome, spec.data.key, table, checked) for outcome in unmet(outcomes)]
    if not outcomes:
        failures.append(nothing_checked(spec))
    return _report(failures, len(outcomes), len(table), docs)


def _report(failures: list[FailedCheck], made: int, rows: int, docs: Path | None) -> CheckReport:
    ordered = tuple(sorted(failures, key=lambda failure: failure.severity))  # "critical" before "warning"
    return CheckReport(all(failure.severity != "critical" for failure in ordered), made, ordered, rows, docs)


def _evaluate(spec: Spec, checked: pd.DataFrame, docs_root: Path) -> tuple[tuple[CheckResult, ...], Path]:
    # Of a missing column only its absence can be found; any other expectation would raise.
    known = set(checked.columns)
    checks = [check for check in suite(spec) if check.expectation == EXISTS or known.issuperset(check.columns)]
    with _ONE_AT_A_TIME:
        # Imported here because it takes seconds: only who checks data should wait for it.
        from data_checks.gx_run import validate  # noqa: PLC0415

        return validate(spec.name, checks, checked, docs_root)
