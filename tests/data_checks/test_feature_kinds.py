"""What the checks ask of the columns of every kind of feature: dates that can be read, truth values, numbers, texts."""

from pathlib import Path

import pandas as pd
import pytest

from data_checks.check_report import CheckReport
from data_checks.check_table import check_columns
from data_checks.suites import suite
from mtl.extensions import FEATURES
from mtl.spec import parse_spec

SPEC = """\
name: stays
data: {path: stays.csv, key: [id]}
features: {datetime: [opened], boolean: [member]}
tasks: {left: {kind: binary}}
schemes: [equal]
checks: {min_rows: 1}
"""


def table(**columns: object) -> pd.DataFrame:
    whole = {"opened": ["2020-01-01", "2021-05-31", None, "2020-02-29T12:00"], "member": [True, False, None, True]}
    given = pd.DataFrame({"id": range(4), "left": [0, 1, 0, 1]})
    return given.assign(**{name: pd.Series(cells, dtype=object) for name, cells in (whole | columns).items()})


def checked(folder: Path, rows: pd.DataFrame, text: str = SPEC) -> CheckReport:
    return check_columns(parse_spec(text, "stays.yaml"), rows, folder)


@pytest.mark.parametrize("kind", FEATURES.names)
def test_a_column_of_every_kind_is_checked(kind: str) -> None:
    spec = parse_spec(SPEC.replace("{datetime: [opened], boolean: [member]}", f"{{{kind}: [x]}}"))
    assert {check.severity for check in suite(spec) if check.columns == ("x",)} == {"critical"}


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"opened": pd.to_datetime(pd.Series(["2020-01-01", "2021-05-31", None, "2020-02-29"]))},
        {"opened": pd.to_datetime(pd.Series(["2020-01-01", "2021-05-31", None, "2020-02-29"]), utc=True)},
        {"member": [1, 0, None, 1]},
        {"member": [1.0, 0.0, None, 1.0]},
    ],
)
def test_dates_and_truth_values_pass_whatever_they_came_as(tmp_path: Path, columns: dict[str, object]) -> None:
    report = checked(tmp_path, table(**columns))
    assert report.passed, report.failures


def test_a_cell_that_is_no_date_is_shown(tmp_path: Path) -> None:
    (failure,) = checked(tmp_path, table(opened=["2020-01-01", "soon", None, 20200101])).failures
    assert failure.message == (
        "opened: ISO 8601 dates; 2 of 4 rows hold something else;"
        " correct the data or change features.datetime (stays.yaml:3)"
    )
    assert failure.examples == (("id=1", "opened=soon"), ("id=3", "opened=20200101"))


def test_a_cell_that_is_no_truth_value_is_shown(tmp_path: Path) -> None:
    (failure,) = checked(tmp_path, table(member=[True, 2, None, "maybe"])).failures
    assert failure.message.startswith("member: 0 or 1; 2 of 4 rows hold something else")
    assert failure.examples == (("id=1", "member=2"), ("id=3", "member=maybe"))


def test_a_date_may_split_the_rows_and_be_a_feature(tmp_path: Path) -> None:
    text = SPEC + "split: {by: time, column: opened}\n"
    (failure,) = checked(tmp_path, table(), text).failures
    assert failure.message.startswith("opened: an ISO 8601 date in every row; 1 of 4 rows are empty")
