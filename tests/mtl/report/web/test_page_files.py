import base64
import csv
import io

import jinja2
import pytest

from mtl.report.web.page_files import as_csv, code_marked, download, render


def test_what_stands_between_backticks_is_code_and_all_is_escaped() -> None:
    assert code_marked("`gate: {min}` <asks>") == "<code>gate: {min}</code> &lt;asks&gt;"


def test_a_download_holds_the_file() -> None:
    told = download("a.csv", "a,b\n", "as <CSV>")
    assert told.startswith('<a download="a.csv" href="data:text/csv;base64,')
    assert base64.b64decode(told.partition("base64,")[2].partition('"')[0]) == b"a,b\n"
    assert told.endswith(">as &lt;CSV&gt;</a>")


def test_a_table_is_read_back_as_it_was() -> None:
    rows = [("task", "value"), ('a "quoted", task\n', "1.5")]
    assert [tuple(row) for row in csv.reader(io.StringIO(as_csv(rows)))] == rows


def test_a_page_that_lacks_what_its_template_shows_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("study.html", {"heading": "Reject"})
