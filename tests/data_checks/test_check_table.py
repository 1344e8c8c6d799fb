"""Planted faults, seen through the report: the right check, the right column, the right rows."""

import gc
import weakref
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from data_checks import CheckReport, FailedCheck, check_table
from data_checks.check_table import DATA_DOCS, PAGE, check_columns
from data_checks.check_values import (
    BETWEEN,
    COVERED,
    DISTINCT,
    EXISTS,
    IN_SET,
    NOT_NULL,
    OF_TYPE,
    OF_TYPES,
    ROW_COUNT,
    UNIQUE_TOGETHER,
    Check,
    CheckResult,
)
from data_checks.roles import Role
from data_checks.suites import suite
from data_checks.table import as_checked
from mtl.spec import Spec
from mtl.spec.checks_section import Severity
from tests.data_checks.visits import ROWS, visits_spec, visits_table, with_data_docs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:module 'sre_(constants|parse)' is deprecated:DeprecationWarning"),
]

Change = Callable[[pd.DataFrame], pd.DataFrame]
Failure = tuple[str, str | None, int, tuple[str, ...] | None]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*address: object) -> None:
        raise AssertionError(f"a check of data connected to {address}")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)


def put(column: str, row: int | slice, value: object) -> Change:
    """Write `value` into a cell, or a slice of cells, whatever the column's type."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        cells = table[column].astype(object)
        cells.iloc[row] = value
        return table.assign(**{column: cells.infer_objects()})

    return change


def whole(column: str, value: str | float | None) -> Change:
    return lambda table: table.assign(**{column: value})


def without(column: str) -> Change:
    return lambda table: table.drop(columns=column)


def as_text(column: str) -> Change:
    return lambda table: table.assign(**{column: table[column].astype(str)})


def head(rows: int) -> Change:
    return lambda table: table.head(rows)


def longer(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table.assign(person=table["person"] + 1000 * copy) for copy in range(4)])


def region_twice(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table, table[["region"]]], axis=1)


def region_as_categories(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype({"region": "category"})


def backwards(table: pd.DataFrame) -> pd.DataFrame:
    return table.iloc[::-1]


def run(docs: Path, *changes: Change, spec: Spec | None = None) -> CheckReport:
    table = visits_table()
    for change in changes:
        table = change(table)
    return check_columns(spec or visits_spec(), table, docs)


def seen(failures: Iterable[FailedCheck]) -> set[Failure]:
    """The kind, column and number of rows of each failure, and its first example."""
    return {(f.expectation, f.column, f.failed_rows, f.examples[0] if f.examples else None) for f in failures}


def test_a_table_with_everything_passes(tmp_path: Path) -> None:
    report = run(tmp_path)
    assert report == CheckReport(True, len(suite(visits_spec())), (), ROWS, tmp_path / "index.html")


AT_THEIR_LIMITS = {
    "values": [
        whole("age", 40.0),
        put("age", slice(0, 30), np.nan),
        put("age", 30, 0.0),
        put("age", 31, 110.0),
        lambda table: table.assign(weight=np.float32(400.7)),
        lambda table: table.assign(beds=table["beds"].where(table["visit"] == 1)),  # nullable, half of it null
        put("room", slice(0, 30), 99),
        put("readmitted", slice(0, 165), np.nan),
        put("triage", slice(1, None), "red"),
        put("triage", 0, "green"),
        whole("day", "2024-05-01"),
        region_as_categories,
    ],
    "few rows": [head(100), backwards],
    "many rows": [longer, head(1000)],
}


@pytest.mark.parametrize("changes", AT_THEIR_LIMITS.values(), ids=AT_THEIR_LIMITS.keys())
def test_a_table_at_its_limits_passes(tmp_path: Path, changes: list[Change]) -> None:
    report = run(tmp_path, *changes)
    assert report.failures == ()
    assert report.passed


def test_one_cell_beyond_a_limit_is_too_many(tmp_path: Path) -> None:
    beyond = [
        whole("age", 40.0),
        put("age", slice(0, 31), np.nan),
        put("room", slice(0, 31), 99),
        put("readmitted", slice(0, 166), np.nan),
    ]
    report = run(tmp_path, *beyond)
    assert {(f.expectation, f.column, f.failed_rows) for f in report.failures} == {
        (NOT_NULL, "age", 31),
        (BETWEEN, "room", 31),
        (COVERED, "readmitted", 211),
    }


FAULTS: list[list[tuple[Change, Failure]]] = [
    [
        (put("age", 7, "old"), (OF_TYPES, "age", 1, ("person=1003", "visit=2", "age=old"))),
        (put("cost", 6, -np.inf), (BETWEEN, "cost", 1, ("person=1003", "visit=1", "cost=-inf"))),
        (put("region", 4, "west"), (IN_SET, "region", 1, ("person=1002", "visit=1", "region=west"))),
        (put("readmitted", 3, 2), (IN_SET, "readmitted", 1, ("person=1001", "visit=2", "readmitted=2"))),
        (put("note", 11, None), (NOT_NULL, "note", 1, ("person=1005", "visit=2", "note=nan"))),
        (put("visit", 14, 2), (UNIQUE_TOGETHER, "person, visit", 2, ("person=1007", "visit=2"))),
    ],
    [
        (put("age", 5, 110.5), (BETWEEN, "age", 1, ("person=1002", "visit=2", "age=110.5"))),
        (put("weight", 6, -1.0), (BETWEEN, "weight", 1, ("person=1003", "visit=1", "weight=-1"))),
        (as_text("smoker"), (OF_TYPES, "smoker", ROWS, ("person=1000", "visit=1", "smoker=False"))),
        (put("cost", 8, "n/a"), (OF_TYPES, "cost", 1, ("person=1004", "visit=1", "cost=n/a"))),
        (put("note", 9, 5), (OF_TYPE, "note", 1, ("person=1004", "visit=2", "note=5"))),
        (whole("region", None), (COVERED, "region", ROWS, ("person=1000", "visit=1", "region=None"))),
        (whole("urgent", True), (DISTINCT, "urgent", 0, None)),
        (put("day", 13, "soon"), (NOT_NULL, "day", 1, ("person=1006", "visit=2", "day=soon"))),
    ],
    [
        (put("age", 5, np.inf), (BETWEEN, "age", 1, ("person=1002", "visit=2", "age=inf"))),
        (put("age", slice(100, 120), np.nan), (NOT_NULL, "age", 34, ("person=1009", "visit=2", "age=nan"))),
        (whole("weight", np.nan), (COVERED, "weight", ROWS, ("person=1000", "visit=1", "weight=nan"))),
        (whole("beds", np.nan), (COVERED, "beds", ROWS, ("person=1000", "visit=1", "beds=nan"))),
        (put("person", slice(12, 15, 2), None), (NOT_NULL, "person", 2, ("person=nan", "visit=1"))),
        (without("region"), (EXISTS, "region", 0, None)),
        (
            put("readmitted", slice(0, 180), np.nan),
            (COVERED, "readmitted", 220, ("person=1000", "visit=1", "readmitted=nan")),
        ),
    ],
    [
        (head(99), (ROW_COUNT, None, 0, None)),
        (region_twice, (EXISTS, "region", 0, None)),
        (without("room"), (EXISTS, "room", 0, None)),
    ],
    [(longer, (ROW_COUNT, None, 0, None))],
]


@pytest.mark.parametrize("faults", FAULTS)
def test_each_fault_is_found_and_nothing_else(tmp_path: Path, faults: list[tuple[Change, Failure]]) -> None:
    report = run(tmp_path, *[change for change, _ in faults])
    assert not report.passed
    assert seen(report.critical) == {failure for _, failure in faults}
    assert report.warnings == ()


def test_an_empty_table_fails_on_its_rows_and_its_columns(tmp_path: Path) -> None:
    report = run(tmp_path, head(0))
    assert (report.passed, report.rows) == (False, 0)
    found = {(failure.expectation, failure.column) for failure in report.critical}
    assert found >= {(ROW_COUNT, None), (COVERED, "age"), (COVERED, "cost"), (DISTINCT, "triage")}


def test_a_table_without_any_column_of_the_spec_fails_once_for_each(tmp_path: Path) -> None:
    report = run(tmp_path, lambda table: table[["not_in_the_spec"]])
    assert [failure.column for failure in report.failures] == list(visits_spec().columns)


def test_without_its_key_a_row_is_named_by_its_position(tmp_path: Path) -> None:
    report = run(tmp_path, put("region", 4, "west"), without("person"))
    assert seen(report.failures) == {
        (EXISTS, "person", 0, None),
        (IN_SET, "region", 1, ("row=4", "visit=1", "region=west")),
    }


def test_a_warning_is_listed_and_does_not_stop_the_study(tmp_path: Path) -> None:
    report = run(tmp_path, put("room", slice(0, 60), 99))
    assert report.passed
    assert seen(report.warnings) == {(BETWEEN, "room", 60, ("person=1000", "visit=1", "room=99"))}
    assert [len(failure.examples) for failure in report.failures] == [5]


def test_critical_failures_come_before_warnings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_table, "suite", lambda spec: suite(spec)[::-1])
    report = run(tmp_path, put("room", slice(0, 60), 99), whole("triage", "red"))
    assert [(failure.severity, failure.column) for failure in report.failures] == [
        ("critical", "triage"),
        ("warning", "room"),
    ]


def test_a_failure_says_what_was_expected_what_came_and_what_to_do(tmp_path: Path) -> None:
    messages = {f.column: f.message for f in run(tmp_path, without("region"), put("age", 5, 111.0), head(99)).failures}
    assert messages == {
        None: "number of rows at least 100; found 99; correct the data or change checks.min_rows (visits.yaml:15)",
        "region": "region: exists, exactly once; it stands 0 times among 14 columns;"
        " correct the data or change features.categorical (visits.yaml:5)",
        "age": "age: between 0 and 110; 1 of 99 rows are outside;"
        " correct the data or change checks.columns.age (visits.yaml:19)",
    }


@pytest.mark.parametrize("severity", ["critical", "warning"])
def test_a_check_that_raises_is_critical_whatever_its_severity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, severity: Severity
) -> None:
    backwards_bounds = Check(BETWEEN, {"column": "age", "min_value": 9, "max_value": 1}, "age: odd", "visits.yaml:1")
    monkeypatch.setattr(check_table, "suite", lambda spec: (replace(backwards_bounds, severity=severity),))
    report = run(tmp_path)
    assert not report.passed
    assert [(failure.severity, failure.column) for failure in report.failures] == [("critical", "age")]
    assert "could not be evaluated: min_value cannot be greater than max_value" in report.failures[0].message


def test_a_check_with_impossible_arguments_is_critical(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    impossible = Check(
        BETWEEN, {"column": "age", "min_value": 0, "mostly": 7.0}, "age: odd", "visits.yaml:1", "warning"
    )
    monkeypatch.setattr(check_table, "suite", lambda spec: (*suite(spec), impossible))
    report = run(tmp_path)
    assert [(failure.severity, failure.column) for failure in report.failures] == [("critical", "age")]
    assert "refused its arguments" in report.failures[0].message


def test_an_empty_suite_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_table, "suite", lambda spec: ())
    report = run(tmp_path)
    assert (report.passed, report.checks) == (False, 0)
    assert "none was made" in report.critical[0].message


def test_the_data_docs_show_the_failure_and_no_cell(tmp_path: Path) -> None:
    """A cell is data of unknown origin, and the pages do not escape it."""
    markup = "<script>alert(1)</script>"
    report = run(tmp_path / "site", put("region", 4, markup), spec=with_data_docs(visits_spec()))
    assert report.docs == tmp_path / "site" / "index.html"
    pages = {path: path.read_text() for path in (tmp_path / "site").rglob("*.html")}
    assert "visits" in pages[report.docs]
    (validation,) = [text for path, text in pages.items() if "validations" in path.parts]
    assert "region: one of north, south, east (critical, visits.yaml:21)" in validation
    assert "1 unexpected values found" in validation
    assert not any(markup in text for text in pages.values())
    assert f"region={markup}" in report.failures[0].examples[0]


def test_markup_in_a_spec_is_shown_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bold = Check(IN_SET, {"column": "region", "value_set": ["<b>"]}, "one of <b> & $x", "visits.yaml:1")
    monkeypatch.setattr(check_table, "suite", lambda spec: (bold,))
    run(tmp_path, spec=with_data_docs(visits_spec()))
    (page,) = (tmp_path / DATA_DOCS / "validations").rglob("*.html")
    assert "one of &lt;b&gt; &amp; &#36;x" in page.read_text()
    assert "one of &lt;b&gt; &amp; $x" in (tmp_path / PAGE).read_text()


def test_great_expectations_writes_pages_of_its_own_where_the_spec_asks_for_them_alone(tmp_path: Path) -> None:
    run(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [PAGE]


def test_no_cell_is_shown_where_the_spec_says_so(tmp_path: Path) -> None:
    spec = visits_spec()
    silent = spec.model_copy(update={"checks": spec.checks.model_copy(update={"show_rows": False})})
    report = run(tmp_path, put("age", 4, 111.25), spec=silent)
    assert (report.failures[0].failed_rows, report.failures[0].examples) == (1, ())
    assert "111.25" not in report.summary()
    assert "111.25" not in (tmp_path / PAGE).read_text()
    assert "111.25" in run(tmp_path, put("age", 4, 111.25)).summary()


def test_a_second_check_is_about_its_own_table(tmp_path: Path) -> None:
    assert not run(tmp_path, put("region", 4, "west")).passed
    assert run(tmp_path).failures == ()


def test_checks_from_two_threads_do_not_mix(tmp_path: Path) -> None:
    changes: list[Change] = [put("region", 4, "west"), put("age", 5, 111.0)]
    with ThreadPoolExecutor(2) as threads:
        reports = list(threads.map(lambda number: run(tmp_path / str(number), changes[number]), range(2)))
    assert [[failure.column for failure in report.failures] for report in reports] == [["region"], ["age"]]
    assert [report.docs for report in reports] == [tmp_path / "0" / "index.html", tmp_path / "1" / "index.html"]


def test_great_expectations_runs_under_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked: list[bool] = []

    def recorded(*args: object) -> tuple[CheckResult, ...]:
        locked.append(check_table._ONE_AT_A_TIME.locked())
        return ()

    monkeypatch.setattr("data_checks.gx_run.validate", recorded)
    run(tmp_path)
    assert locked == [True]
    assert not check_table._ONE_AT_A_TIME.locked()


def test_the_table_is_released_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables: list[weakref.ref[pd.DataFrame]] = []

    def remembered(table: pd.DataFrame, roles: tuple[Role, ...]) -> pd.DataFrame:
        table = as_checked(table, roles)
        tables.append(weakref.ref(table))
        return table

    monkeypatch.setattr(check_table, "as_checked", remembered)
    run(tmp_path)
    gc.collect()
    assert [table() for table in tables] == [None]


def test_the_table_is_left_as_it_was(tmp_path: Path) -> None:
    table = visits_table()
    check_columns(visits_spec(), table, tmp_path)
    assert_frame_equal(table, visits_table())
