"""Rows that are set aside are out of the study and in a file that says why; counts add up."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_checks.check_report import CheckReport
from data_checks.check_table import check
from data_checks.checked_before import check_once
from data_checks.set_aside import ASIDE, set_aside
from mtl.data.frame import Frame, write_frame
from mtl.errors import DataError
from mtl.spec import Spec
from tests.data_checks.houses import TEXT, houses, houses_spec
from tests.mtl.evaluation.cases import lightly

RULES = """
checks:
  rules: ["age <= 90 or rooms > 1", {rule: "price > -500000", severity: warning}]
  columns: {area: {min: 1, max: 1000}, town: {values: [Aden, Bonn, Cork, Dover]}}
"""
ASIDE_TEXT = TEXT + RULES + "  on_violation: set_aside\n"


def spoilt(rows: int = 1500) -> pd.DataFrame:
    table = houses(rows)
    table.loc[[3, 8], "area"] = [0.0, 5000.0]
    table.loc[8, "town"] = "Zurich"
    table.loc[11, ["age", "rooms"]] = [99.0, 1]
    table.loc[12, "price"] = -1e6
    return table


def stored(table: pd.DataFrame, folder: Path, in_memory: int = 1 << 29) -> Frame:
    frame = write_frame(table, folder / "frames")
    return Frame(frame.path, frame.digest, frame.rows, in_memory)


def test_by_default_such_rows_stop_the_study(tmp_path: Path) -> None:
    spec = houses_spec(TEXT + RULES)
    frame = stored(spoilt(), tmp_path)
    assert set_aside(spec, frame, tmp_path / "aside") is frame
    assert not (tmp_path / "aside").exists()
    report = check(spec, frame.table, tmp_path / "docs")
    assert not report.passed
    assert {failure.column for failure in report.critical} == {"area", "town"}
    only_the_rule = spoilt().drop(index=[3, 8])
    report = check(spec, only_the_rule, tmp_path / "docs")
    [critical], [warning] = report.critical, report.warnings[:1]
    assert critical.message == (
        "rule 'age <= 90 or rooms > 1': 1 of 1498 rows break it; correct the data or change houses.yaml:21, or set such"
        " rows aside: checks: {on_violation: set_aside}"
    )
    assert critical.examples == (("house=11", "age=99", "rooms=1"),)
    assert warning.message.startswith(
        "rule 'price > -500000': 1 of 1498 rows break it; correct the data or change houses.yaml"
    )


@pytest.mark.parametrize("in_memory", [1 << 29, 0])
def test_what_breaks_something_critical_is_out_of_the_study_and_in_a_file_with_the_reason(
    in_memory: int, tmp_path: Path
) -> None:
    spec, frame = houses_spec(ASIDE_TEXT), stored(spoilt(), tmp_path, in_memory)
    kept = set_aside(spec, frame, tmp_path / "aside")
    assert kept.set_aside is not None
    assert (kept.rows, kept.set_aside.rows, kept.in_memory) == (1497, 3, in_memory)
    aside = pd.read_parquet(kept.set_aside.file)
    assert aside["house"].tolist() == aside["row"].tolist() == [3, 8, 11]
    assert aside["why"].tolist() == [
        "area: between 1 and 1000",
        "area: between 1 and 1000, town: one of Aden, Bonn, Cork, Dover",
        "rule 'age <= 90 or rooms > 1'",
    ]
    clean = stored(spoilt().drop(index=[3, 8, 11]).reset_index(drop=True), tmp_path)
    assert kept.digest == clean.digest, "the study is that of the rows that were kept"


def test_the_report_on_what_is_kept_tells_of_what_is_not(tmp_path: Path) -> None:
    spec, frame = houses_spec(ASIDE_TEXT), stored(spoilt(), tmp_path)
    kept = set_aside(spec, frame, tmp_path / "aside")
    report = check_once(spec, kept, tmp_path / "docs")
    assert report.passed
    [told] = [failure for failure in report.warnings if failure.expectation == ASIDE]
    assert told.failed_rows == 3
    assert told.message.startswith("3 of 1500 rows were set aside (2 by area: between 1 and 1000; 1 by town: one of")
    assert told.message.endswith(
        f"1 by rule 'age <= 90 or rooms > 1'); they are in {kept.set_aside and kept.set_aside.file}"
    )
    assert "3 of 1500 rows were set aside" in (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")
    assert CheckReport.from_json(report.to_json()) == report
    again = check_once(
        spec, stored(spoilt().drop(index=[3, 8, 11]).reset_index(drop=True), tmp_path), tmp_path / "docs"
    )
    assert not [failure for failure in again.warnings if failure.expectation == ASIDE]


def test_too_many_stop_the_study_and_the_key_that_allows_them_is_named(tmp_path: Path) -> None:
    table = houses()
    table.loc[:99, "area"] = -5.0
    spec = houses_spec(ASIDE_TEXT)
    with pytest.raises(
        DataError, match=r"100 of 1500 rows would be set aside \(100 by area: .*\), more than the share of 0\.05"
    ) as caught:
        set_aside(spec, stored(table, tmp_path), tmp_path / "aside")
    assert "add `max_set_aside: 0.067` under checks (houses.yaml:20)" in str(caught.value)
    allowed = houses_spec(ASIDE_TEXT + "  max_set_aside: 0.067\n")
    assert set_aside(allowed, stored(table, tmp_path), tmp_path / "aside").rows == 1400


def test_a_rule_that_makes_no_sense_stops_the_study(tmp_path: Path) -> None:
    spec = houses_spec(TEXT + "checks: {rules: [\"town > 'Bonn'\"], on_violation: set_aside}\n")
    frame = stored(houses(), tmp_path)
    assert set_aside(spec, frame, tmp_path / "aside") is frame
    [critical] = check_once(spec, frame, tmp_path / "docs").critical
    assert critical.message == (
        "rule \"town > 'Bonn'\" cannot be asked: 'Bonn' is compared by order, and is no number and no date as ISO 8601"
        " has it; change houses.yaml:19"
    )


@lightly
@given(data=st.data())
def test_rows_that_are_kept_and_rows_that_are_not_are_the_rows_that_were_read(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, table = tmp_path_factory.mktemp("aside"), houses(60)
    for column, wrong in (("area", -1.0), ("town", "Zurich"), ("age", 99.0)):
        table.loc[data.draw(st.lists(st.integers(0, 59), max_size=8)), column] = wrong
    spec: Spec = houses_spec(ASIDE_TEXT + "  max_set_aside: 1\n")
    kept = set_aside(spec, stored(table, folder), folder / "aside")
    aside = pd.read_parquet(kept.set_aside.file) if kept.set_aside else pd.DataFrame({"house": [], "row": []})
    assert kept.rows + len(aside) == 60
    houses_left = np.sort([*kept.table["house"], *aside["house"]])
    assert houses_left.tolist() == list(range(60))
    broken = (table["area"] < 1) | (table["town"] == "Zurich") | ((table["age"] > 90) & (table["rooms"] <= 1))
    assert sorted(aside["row"]) == np.flatnonzero(broken).tolist()
