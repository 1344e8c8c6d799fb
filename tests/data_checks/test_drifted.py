"""What has moved since the champion was trained is told in words, and what has not is not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data_checks import Known, check_once
from data_checks.drifted import DRIFT, UNKNOWN, VOLUME, drifted
from mtl.data.profile import profile_of
from mtl.data.read_table import read_source
from mtl.data.splits import split_rows
from tests.data_checks.houses import TEXT, houses, houses_spec, written


def champion(rows: int = 1500) -> Known:
    table = houses(rows)
    return Known("3", profile_of(houses_spec(), table, split_rows(houses_spec(), table).train))


def told(table: pd.DataFrame, text: str = TEXT) -> dict[str | None, str]:
    found = drifted(houses_spec(text), table, champion())
    assert {each.severity for each in found} <= {"warning"}
    return {each.column: each.message for each in found}


def test_rows_of_the_same_kind_are_not_told_of() -> None:
    assert told(houses()) == {}
    assert told(houses().sample(frac=0.8, random_state=1)) == {}


def test_a_feature_that_has_moved_is_told_with_what_changed_most() -> None:
    found = told(houses().assign(area=houses()["area"] * 1.6))["area"]
    assert found.startswith("area: values like those that version 3, the champion, was trained on")
    assert "their stability index is " in found
    assert "of which 0.25 is told; from " in found
    assert "of the rows then, " in found
    assert "checks.max_drift (houses.yaml:1)" in found


def test_labels_dates_and_words_that_have_moved_are_told() -> None:
    table = houses()
    later = (pd.to_datetime(table["listed"]) + pd.to_timedelta(500, unit="D")).dt.strftime("%Y-%m-%d")
    found = told(table.assign(price=table["price"] * 2, listed=later, town="Bonn"))
    assert found["price"].startswith("the label of price: values like those")
    assert "from 2023-" in found["listed"]
    assert "'Bonn': 2" in found["town"]
    assert "100% now" in found["town"]


def test_words_of_the_data_are_named_only_where_cells_may_be_shown() -> None:
    found = told(houses().assign(town="Bonn"), TEXT + "checks: {show_rows: false}\n")["town"]
    assert "Bonn" not in found
    assert "one of its words: 2" in found


def test_a_few_new_words_are_told_by_themselves() -> None:
    table = written("town", slice(0, 60), "Elsewhere")(houses())
    [found] = drifted(houses_spec(), table, champion())
    assert (found.expectation, found.column) == (UNKNOWN, "town")
    assert "4% of the rows hold others" in found.message


def test_many_more_rows_or_many_less_are_told() -> None:
    [more] = (each for each in drifted(houses_spec(), houses(4000), champion()) if each.expectation == VOLUME)
    assert "instead of 7" in more.message
    assert any(each.expectation == VOLUME for each in drifted(houses_spec(), houses(500), champion()))


def test_how_much_is_told_is_the_spec_s() -> None:
    moved = houses().assign(area=houses()["area"] * 1.6)
    assert "area" not in told(moved, TEXT + "checks: {max_drift: 5}\n")
    assert "area" in told(houses().assign(area=houses()["area"] * 1.15), TEXT + "checks: {max_drift: 0.05}\n")


def test_of_a_table_without_sides_or_without_the_columns_nothing_is_said() -> None:
    assert drifted(houses_spec(), houses().assign(house=None), champion()) == ()
    known = champion()
    renamed = replace(known.profile, columns=tuple(replace(each, name="gone") for each in known.profile.columns))
    assert drifted(houses_spec(), houses(), Known("3", renamed)) == ()


@pytest.mark.slow
def test_the_report_of_a_check_has_it_and_another_champion_asks_anew(tmp_path: Path) -> None:
    houses().assign(area=houses()["area"] * 1.6).to_csv(tmp_path / "houses.csv", index=False)
    spec = houses_spec()
    spec = spec.model_copy(update={"data": spec.data.below(tmp_path)})
    frame = read_source(spec, tmp_path, tmp_path / "frames")
    assert check_once(spec, frame, tmp_path / "docs").warnings == ()
    report = check_once(spec, frame, tmp_path / "docs", champion())
    assert ([each.expectation for each in report.warnings], report.passed) == ([DRIFT], True)
    page = (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")
    assert "stability index" in page
    assert np.isfinite(report.checks)
