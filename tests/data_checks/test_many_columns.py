"""Checks that are made together come to what Great Expectations comes to one by one; the pages name what is wrong."""

import html
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from data_checks import CheckReport, check, many_columns
from data_checks.check_table import DATA_DOCS
from data_checks.check_values import BETWEEN, EXISTS, UNIQUE, Check
from data_checks.many_columns import answers, apart, unmet_in_words
from mtl.spec import Spec, parse_spec
from tests.data_checks.test_check_table import as_text, head, put, region_twice, whole, without
from tests.data_checks.visits import visits_spec, visits_table, with_data_docs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:module 'sre_(constants|parse)' is deprecated:DeprecationWarning"),
]

ATTACK = "<img src=x onerror=alert(1)>"

FAULTS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "none": lambda table: table,
    "outside": put("age", 7, 1048.0),
    "infinite": put("cost", 0, np.inf),
    "empty": put("region", slice(0, 200), None),
    "all empty": whole("age", None),
    "texts": as_text("age"),
    "a word": put("weight", 3, "heavy"),
    "another region": put("region", slice(4, 9), "west"),
    "one label": whole("urgent", 1),
    "a label too many": put("readmitted", 0, 2.0),
    "few labels": put("cost", slice(0, 280), np.nan),
    "rooms": put("room", slice(0, 40), 99),
    "gone": without("weight"),
    "twice": region_twice,
    "numbers for a text": whole("note", 3),
    "no rows": head(0),
}


def reports(table: pd.DataFrame, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[CheckReport]:
    """Of the checks one by one, and of all that can be made together."""
    found = []
    for most in (1000, 0):
        monkeypatch.setattr(many_columns, "MOST_ALONE", most)
        found.append(check(visits_spec(), table, folder))
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_together_they_come_to_what_they_come_to_alone(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, together = reports(FAULTS[fault](visits_table()), tmp_path, monkeypatch)
    assert {each.message for each in together.failures} == {each.message for each in alone.failures}
    assert set(together.failures) == set(alone.failures)
    assert (together.passed, together.checks) == (alone.passed, alone.checks)
    assert bool(together.failures) == (fault not in ("none", "empty"))


def test_only_many_checks_of_one_kind_and_severity_are_made_together() -> None:
    many = [Check(BETWEEN, {"column": f"x{n}"}, "", "") for n in range(101)]
    few = [Check(EXISTS, {"column": f"x{n}"}, "", "") for n in range(100)]
    keys = [Check(UNIQUE, {"column": f"x{n}"}, "", "") for n in range(101)]
    assert apart([*few, *many, *keys]) == ([*range(100), *range(201, 302)], [[*range(100, 201)]])


def test_a_column_that_cannot_be_asked_is_named_with_the_reason() -> None:
    table = pd.DataFrame({"a": ["x", "y"], "b": [1.0, 9.0]})
    asked = [Check(BETWEEN, {"column": name, "max_value": 5, "min_value": 0}, "", "") for name in ("a", "b")]
    found = list(answers(table, asked))
    assert found[0].error
    assert (found[1].error, found[1].success, found[1].result) == (None, False, {"unexpected_count": 1})
    told = unmet_in_words(table, found)
    assert told.startswith("not in 2 of 2 columns: a (not evaluated: ")
    assert told.endswith("; b (1 rows: 1)")


def strange(names: list[str], failing: str) -> tuple[Spec, pd.DataFrame]:
    """A table whose columns have names that a page must not obey; one of them holds a number that is too large."""
    rows = np.arange(60)
    table = pd.DataFrame({name: np.where(rows == 3, 99.0 if name == failing else 1.0, 0.0) for name in names})
    columns = {name: {"max": 5} for name in names}
    text = {
        "name": "strange",
        "data": {"path": "x.csv", "key": ["id"]},
        "features": {"numeric": names},
        "tasks": {"y": {"kind": "binary"}},
        "schemes": ["equal"],
        "checks": {"min_rows": 5, "columns": columns},
    }
    return parse_spec(yaml.safe_dump(text)), table.assign(id=rows, y=rows % 2)


@pytest.mark.parametrize("failing", [ATTACK, "<b>other</b>"])
@pytest.mark.parametrize("more", [0, 120])
def test_the_name_of_a_column_is_never_markup_on_a_page(failing: str, more: int, tmp_path: Path) -> None:
    names = [ATTACK, "<b>other</b>", "$column", "a&amp;b", "\x1b[31mred", "\\x1b[31mred", "[red]x", "[/]"]
    spec, table = strange([*names, *(f"<s>{n}</s>" for n in range(more))], failing)
    report = check(with_data_docs(spec), table, tmp_path)
    assert [(each.column, each.failed_rows, each.examples[0][0]) for each in report.failures] == [(failing, 1, "id=3")]
    pages = "\n".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html"))
    for raw in (ATTACK, "<b>other", "\x1b", "<s>", "a&amp;b<"):
        assert raw not in pages
    (page,) = (tmp_path / DATA_DOCS / "validations").rglob("*.html")
    shown = page.read_text(encoding="utf-8")
    assert html.escape(failing) in shown
    assert not more or f"{html.escape(failing)} (1 rows: 3)" in shown
