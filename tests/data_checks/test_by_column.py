"""What is found in a table that memory does not hold is what is found in the same table as a whole."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pandas.api.types import pandas_dtype

from data_checks import by_column, repeated_rows
from data_checks.by_column import CheckedColumns, exact_results, sampled
from data_checks.check_report import CheckReport
from data_checks.check_table import DATA_DOCS, check
from data_checks.check_values import ROW_COUNT, UNIQUE, UNIQUE_TOGETHER
from data_checks.roles import roles
from data_checks.suites import suite
from data_checks.table import as_checked
from mtl.data.frame import Frame, write_frame
from mtl.data.read_table import read_source
from mtl.data.stored_table import StoredTable
from mtl.errors import MtlError
from tests.data_checks.houses import houses, houses_spec
from tests.data_checks.test_defects import IN_FILES, IN_TABLES
from tests.data_checks.visits import visits_spec, visits_table

pytestmark = pytest.mark.filterwarnings("ignore:module 'sre_(constants|parse)' is deprecated:DeprecationWarning")


def read(folder: Path, text: str) -> Frame:
    """The rows of a CSV file, in a file of many row groups."""
    (folder / "houses.csv").write_text(text, encoding="utf-8")
    asked = houses_spec()
    asked = asked.model_copy(update={"data": asked.data.below(folder)})
    frame = read_source(asked, folder, folder / "frames")
    pq.write_table(pq.read_table(frame.path), frame.path, row_group_size=400)
    return frame


def assert_found_alike(folder: Path, frame: Frame, data_docs: bool = False) -> CheckReport:
    spec = houses_spec()
    spec = spec.model_copy(update={"checks": spec.checks.model_copy(update={"data_docs": data_docs})})
    whole = check(spec, frame.table, folder / "whole")
    by_need = check(spec, StoredTable(frame.path), folder / "by_need")
    assert replace(by_need, docs=whole.docs) == whole
    return by_need


@pytest.mark.slow
@pytest.mark.parametrize("name", IN_TABLES)
def test_a_defect_of_a_table_is_found_alike(name: str, tmp_path: Path) -> None:
    try:
        frame = read(tmp_path, IN_TABLES[name][0](houses()).to_csv(index=False))
    except MtlError:
        pytest.skip("refused while it is read")
    assert_found_alike(tmp_path, frame)


def test_what_the_reader_of_a_file_doubts_is_told_alike(tmp_path: Path) -> None:
    frame = read(tmp_path, IN_FILES["cut within a cell"][0](houses().to_csv(index=False)))
    report = assert_found_alike(tmp_path, frame)
    assert any("without a line break" in failure.message for failure in report.warnings)


def test_pages_of_great_expectations_say_that_they_are_of_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_column, "SAMPLE", 300)
    report = assert_found_alike(tmp_path, read(tmp_path, houses().to_csv(index=False)), data_docs=True)
    assert report.rows == 1500
    made = tmp_path / "by_need" / DATA_DOCS / "validations"
    assert "on a uniform sample of 300 of 1,500 rows" in "".join(page.read_text() for page in made.rglob("*.html"))


def stored(folder: Path, table: pd.DataFrame) -> StoredTable:
    return StoredTable(write_frame(table, folder).path)


def test_exact_results_are_of_all_rows(tmp_path: Path) -> None:
    table = visits_table()
    table.loc[5, "age"] = 110.5
    table.loc[14, "visit"] = 2
    asked = roles(visits_spec())
    results = list(exact_results(suite(visits_spec()), CheckedColumns(stored(tmp_path, table), asked)))
    unmet = {(result.check.expectation, result.check.columns): result.result for result in results if not result.met}
    assert {(kind, columns) for kind, columns in unmet} == {
        (UNIQUE_TOGETHER, ("person", "visit")),
        ("expect_column_values_to_be_between", ("age",)),
    }
    assert {result["unexpected_count"] for result in unmet.values()} == {1, 2}
    counts = [result.result["observed_value"] for result in results if result.check.expectation == ROW_COUNT]
    assert counts == [len(table)] * 2


def test_columns_are_those_that_the_checks_see(tmp_path: Path) -> None:
    table, asked = visits_table(), roles(visits_spec())
    file = stored(tmp_path, table.drop(columns="room"))
    columns, whole = CheckedColumns(file, asked), as_checked(pd.read_parquet(file.path), asked, dense=True)
    assert list(columns.columns) == list(whole.columns)
    assert len(columns) == len(table)
    for name in whole.columns:
        pd.testing.assert_series_equal(columns[name], whole[name])
    pd.testing.assert_frame_equal(columns[["person", "age"]], whole[["person", "age"]])


def test_dates_are_objects_only_where_they_are_told_from_what_is_none() -> None:
    day = replace(roles(houses_spec())[0], holds=frozenset({"dates"}), time=False)
    dates, asked = pd.DataFrame({day.column: ["2024-01-31", None, "2024-02-01"]}), (day,)
    assert as_checked(dates, asked, dense=True)[day.column].dtype == "datetime64[us, UTC]"
    assert as_checked(dates, asked)[day.column].dtype == object
    dates.loc[2] = "soon"
    told = as_checked(dates, asked, dense=True)[day.column]
    assert told.tolist() == [pd.Timestamp("2024-01-31", tz="UTC"), None, "soon"]


def test_a_sample_is_uniform_and_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_column, "SAMPLE", 400)
    spec, table = houses_spec(), stored(tmp_path, houses())
    checks, sample = sampled(suite(spec), roles(spec), table)
    assert len(sample) == 400
    pd.testing.assert_frame_equal(sample, sampled(suite(spec), roles(spec), table)[1])
    drawn = np.sort(sample["house"].to_numpy())
    assert len(np.unique(drawn)) == 400
    assert abs(drawn.mean() - 750) < 5 * 1500 / np.sqrt(12 * 400)
    assert not {check.expectation for check in checks} & {ROW_COUNT, UNIQUE, UNIQUE_TOGETHER}


@pytest.mark.parametrize("dtype", ["int64", "float64", "str", "Int64"])
def test_repeated_rows_are_found_by_their_hashes(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated_rows, "COMPARED", 10)
    monkeypatch.setattr(repeated_rows, "HASHED", 7)
    rng = np.random.default_rng(0)
    columns = pd.DataFrame({name: pd.Series(rng.integers(0, 9, 60)).astype(pandas_dtype(dtype)) for name in "ab"})
    expected = columns.duplicated(keep=False).to_numpy()
    assert 0 < expected.sum() < 60
    np.testing.assert_array_equal(repeated_rows.repeated_rows(columns), expected)


def test_the_two_zeros_are_one_and_colliding_hashes_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated_rows, "COMPARED", 1)
    zeros = pd.DataFrame({"a": [0.0, -0.0, 1.0]})
    assert repeated_rows.repeated_rows(zeros).tolist() == [True, True, False]
    monkeypatch.setattr(repeated_rows, "row_hashes", lambda columns: np.zeros(len(columns), dtype=np.uint64))
    assert repeated_rows.repeated_rows(zeros).tolist() == [True, True, False]
