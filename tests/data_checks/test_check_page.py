"""The page of the checks says what was expected, what came and where the spec asks for it; and is one file."""

import base64
import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from data_checks.check_page import MOST_LISTED, Past, checks_page
from data_checks.check_report import CheckReport
from data_checks.checked_before import MOST_PAST, check_once
from mtl.data.frame import write_frame
from tests.data_checks import pages
from tests.data_checks.visits import visits_spec, visits_table

REPORT = CheckReport(True, 1, (), 300)


def words(page: str) -> str:
    without = re.sub("(?s)<(style|script)>.*?</\\1>", "", page)
    return " ".join(re.sub("<[^>]*>", " ", without).split())


def test_it_says_whether_the_data_passed_and_each_check_with_its_line() -> None:
    told = words(pages.passed())
    assert "visits · 2026-11-26 12:02 What the data were checked for Passed 2 checks of 300 rows." in told
    assert "nothing to object to" in told
    assert "age a number from 0 to 110 as expected visits.yaml:21 met" in told
    assert "the table number of rows at least 100 300 visits.yaml:3 met" in told


def test_what_failed_comes_first_with_rows_and_what_came() -> None:
    told = words(pages.failed())
    assert told.index("Failed") < told.index("What to look at") < told.index("Every check")
    assert "10 critical 10 warnings What to look at" in told
    assert "id=0" in told
    assert "a number from 0 to 110 1,234 rows do not visits.yaml:21 critical" in told
    assert "Before when rows" in told
    assert told.index("2026-11-19") < told.index("2026-11-18") < told.index("2026-11-17")


def test_names_are_neither_markup_nor_control_characters() -> None:
    page = pages.failed()
    assert "<b>age" not in page
    assert "&lt;b&gt;age&lt;/b&gt;" in page
    assert "\x1b" not in page
    assert "\\x1b[31mred" in page


def test_it_asks_for_nothing_else() -> None:
    for page in (pages.passed(), pages.failed()):
        assert not re.search(r"""(src|href)=["'](?!data:)""", page)
        assert "default-src 'none'" in page


def test_of_thousands_of_columns_those_that_fail_are_listed_and_all_are_in_the_file() -> None:
    many = [pages.outcome(f"c{number}", number != MOST_LISTED + 400) for number in range(MOST_LISTED + 500)]
    page = checks_page("wide", REPORT, many, (), pages.NOW)
    assert "500 more, all met, are in the CSV file." in page
    assert f'data-key="c{MOST_LISTED + 400}"' in page
    [held] = re.findall('base64,([^"]*)', page)
    rows = csv.DictReader(io.StringIO(base64.b64decode(held).decode()))
    assert [row["about"] for row in rows] == [f"c{number}" for number in range(len(many))]


def test_a_check_that_could_not_be_made_says_why() -> None:
    broken = replace(pages.outcome("age", False), error="no such type")
    assert "it could not be made: no such type" in words(checks_page("visits", REPORT, [broken], (), pages.NOW))


@pytest.mark.slow
def test_each_check_is_told_of_by_the_pages_after_it(tmp_path: Path) -> None:
    spec, docs = visits_spec(), tmp_path / "docs"
    for rows in (150, 149, 148):
        report = check_once(spec, write_frame(visits_table().head(rows), tmp_path / "frames"), docs)
        assert report.docs == docs / "index.html"
    told = words((docs / "index.html").read_text(encoding="utf-8"))
    assert re.findall(r"[0-9]{2}:[0-9]{2} ([0-9]+) [0-9]+ [0-9]+ [0-9]+ (?:passed|failed)", told) == ["149", "150"]


def test_a_page_tells_of_so_many_and_no_more() -> None:
    assert MOST_PAST == 50
    assert Past.of(REPORT, pages.NOW) == Past("2026-11-26 12:02", True, 300, 1, 0, 0)
