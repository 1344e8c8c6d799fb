"""Check a table against its spec: the one entrance to Great Expectations."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from data_checks.by_column import CheckedColumns, exact_results, sampled
from data_checks.check_page import Past, checks_page
from data_checks.check_report import CheckReport, FailedCheck
from data_checks.check_values import EXISTS, Check, CheckResult
from data_checks.failing_rows import Rows
from data_checks.failures import explain, nothing_checked, unmet
from data_checks.oddities import oddities
from data_checks.roles import roles
from data_checks.rules import broken_rules
from data_checks.side_checks import check_sides
from data_checks.suites import suite
from data_checks.table import as_checked
from mtl.data.stored_table import AnyTable, StoredTable
from mtl.spec import Spec

PAGE, DATA_DOCS = "index.html", "great_expectations"
"""The page of the checks, and the folder of Great Expectations' own pages beside it, where the spec asks for them."""

# Great Expectations keeps its current project in a global of the process.
_ONE_AT_A_TIME = threading.Lock()


def check(
    spec: Spec, table: AnyTable, docs_root: Path, past: Sequence[Past] = (), known: Sequence[FailedCheck] = ()
) -> CheckReport:
    """Whether `table` holds what `spec` says and implies; the page in `docs_root` is replaced by this check's.

    What is wrong with the table comes as a report, never as an exception. A check that cannot be evaluated is a
    critical failure, and so is a run that checked nothing. The sides are looked at once nothing else stops the study:
    of columns that are missing or mistyped they cannot be made.

    Args:
        spec: the study.
        table: its rows.
        docs_root: the folder of the page, which is made if need be.
        past: earlier checks, of which the page tells.
        known: what is known of the rows already, to be told with the rest.
    """
    report, outcomes = _of_columns(spec, table, docs_root, known)
    if report.passed:
        asked = (broken_rules(spec, table), oddities(spec, table), check_sides(spec, table))
        found = [finding.as_failure(spec.data.key, table) for each in asked for finding in each.findings]
        made = report.checks + sum(each.made for each in asked)
        report = _report(spec, [*report.failures, *found], made, len(table), docs_root)
    return _written(spec, report, outcomes, docs_root, past)


def check_columns(spec: Spec, table: AnyTable, docs_root: Path) -> CheckReport:
    """Likewise of the columns alone, whatever the sides of the split come to."""
    return _written(spec, *_of_columns(spec, table, docs_root), docs_root, ())


def _of_columns(
    spec: Spec, table: AnyTable, docs_root: Path, known: Sequence[FailedCheck] = ()
) -> tuple[CheckReport, tuple[CheckResult, ...]]:
    outcomes, checked = _evaluate(spec, table, docs_root / DATA_DOCS if spec.checks.data_docs else None)
    failures = [*known, *(explain(outcome, spec.data.key, table, checked) for outcome in unmet(outcomes))]
    if not outcomes:
        failures.append(nothing_checked(spec))
    return _report(spec, failures, len(outcomes), len(table), docs_root), outcomes


def _report(spec: Spec, failures: Sequence[FailedCheck], made: int, rows: int, docs_root: Path) -> CheckReport:
    shown = failures if spec.checks.show_rows else [replace(failure, examples=()) for failure in failures]
    ordered = tuple(sorted(shown, key=lambda failure: failure.severity))  # "critical" before "warning"
    passed = all(failure.severity != "critical" for failure in ordered)
    return CheckReport(passed, made, ordered, rows, docs_root.resolve() / PAGE)


def _written(
    spec: Spec, report: CheckReport, outcomes: Sequence[CheckResult], docs_root: Path, past: Sequence[Past]
) -> CheckReport:
    docs_root.mkdir(parents=True, exist_ok=True)
    page = checks_page(spec.name, report, outcomes, past, datetime.now().astimezone())
    (docs_root / PAGE).write_text(page, encoding="utf-8")
    return report


def _evaluate(spec: Spec, table: AnyTable, data_docs: Path | None) -> tuple[tuple[CheckResult, ...], Rows]:
    """What came of the checks, and of what: of all rows, also where memory does not hold them together."""
    asked = roles(spec)
    if not isinstance(table, StoredTable):
        checked = as_checked(table, asked)
        return _validated(spec.name, _askable(spec, checked), checked, data_docs), checked
    columns = CheckedColumns(table, asked)
    checks = _askable(spec, columns)
    if data_docs:
        _validated(spec.name, *sampled(checks, asked, table), data_docs)
    return tuple(exact_results(checks, columns)), columns


def _askable(spec: Spec, checked: Rows) -> list[Check]:
    """Of a missing column only its absence can be found; any other expectation would raise."""
    known = set(checked.columns)
    return [check for check in suite(spec) if check.expectation == EXISTS or known.issuperset(check.columns)]


def _validated(
    name: str, checks: Sequence[Check], checked: pd.DataFrame, data_docs: Path | None
) -> tuple[CheckResult, ...]:
    with _ONE_AT_A_TIME:
        # Imported here because it takes seconds: only who checks data should wait for it.
        from data_checks.gx_run import validate  # noqa: PLC0415

        return validate(name, checks, checked, data_docs)
