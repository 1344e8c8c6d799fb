"""Cells of a file are read as those of a request are, whatever type its column has."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtl.data.frame import write_frame
from mtl.data.prepared import prepare
from mtl.errors import DataError
from mtl.models.sharing.hard import Hard
from mtl.serving.bundle import Bundle, load_bundle, write_bundle
from mtl.serving.compiled import compiled
from mtl.serving.file_rows import FileRows
from tests.mtl.serving import wide
from tests.mtl.serving.test_dates_and_truth_values import STUDY as VISITS
from tests.mtl.serving.test_dates_and_truth_values import visits
from tests.mtl.serving.trained import trained_on


def changed(table: pd.DataFrame, name: str, cells: Sequence[object]) -> pd.DataFrame:
    return table.assign(**{name: pd.Series(list(cells), dtype=object)})


def reader(bundle: Bundle, spelled: bool = False) -> FileRows:
    return FileRows(bundle, compiled(bundle).layout, "rows.csv", spelled)


@pytest.fixture(scope="session")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> FileRows:
    return reader(load_bundle(wide.bundle(tmp_path_factory.mktemp("wide") / "bundle")))


@pytest.fixture(scope="session")
def days(tmp_path_factory: pytest.TempPathFactory) -> FileRows:
    """Of dates and truth values."""
    folder = tmp_path_factory.mktemp("visits")
    frame = write_frame(visits(), folder / "frames")
    left = trained_on(frame.table, prepare(VISITS, frame, folder / "prepared"), Hard())
    rows = frame.table[list(VISITS.features.columns)]
    write_bundle(folder / "bundle", left.prepared.tasks, left.prepared.transforms, left.shape, left.weights, rows[:3])
    return reader(load_bundle(folder / "bundle"))


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Series([1, 2, 3], dtype="int8"), [1, 2, 3]),
        (pd.Series([1, None, 3], dtype="Int64"), [1, np.nan, 3]),
        (pd.Series([1.5, None, np.inf], dtype="float32"), [1.5, np.nan, np.nan]),
        (pd.Series([True, False, True]), [1, 0, 1]),
        (pd.Series([True, None, False], dtype=object), [1, np.nan, 0]),
        (pd.Series([None, None, None], dtype=object), [np.nan] * 3),
        (pd.Series([2**70, 1, None], dtype=object), [2.0**70, 1, np.nan]),
        (pd.Series([Decimal("1.5"), None, Decimal(2)], dtype=object), [1.5, np.nan, 2]),
        (pd.Series([1e39, -1e300, 3e38]), [np.nan, np.nan, 3e38]),
    ],
)
def test_columns_of_numbers(numbers: FileRows, column: "pd.Series[Any]", expected: list[float]) -> None:
    read = numbers.read(wide.rows(3).assign(x4=column), 0)
    np.testing.assert_allclose(read.numbers[:, 4], expected)


@pytest.mark.parametrize(
    ("cell", "got"),
    [
        ("12", "a string '12'"),
        ("much", "a string 'much'"),
        (datetime.date(2024, 1, 1), "a number"),
    ],
)
def test_what_is_no_number_is_named_by_column_and_row(numbers: FileRows, cell: object, got: str) -> None:
    table = wide.rows(3).assign(x4=pd.Series([1.0, cell, None], dtype=object))
    with pytest.raises(
        DataError, match=f"'rows.csv': column 'x4' expects a number or null; got {got}.* in row 101, cou"
    ):
        numbers.read(table, 100)


def test_text_spells_numbers_in_a_table_of_text_alone(numbers: FileRows) -> None:
    table = wide.rows(2).assign(x4=["1.5", "-2e3"])
    assert reader(numbers.bundle, spelled=True).read(table, 0).numbers[:, 4].tolist() == [1.5, -2000]
    with pytest.raises(DataError, match=r"got a string '1\.5' in row 0"):
        numbers.read(table, 0)


@settings(max_examples=30)
@given(cells=st.lists(st.none() | st.floats() | st.integers(-(2**40), 2**40), min_size=1, max_size=5))
def test_any_numbers_are_read_and_none_is_beyond_float32(numbers: FileRows, cells: list[float | None]) -> None:
    table = wide.rows(len(cells)).assign(x4=pd.Series(cells, dtype=object))
    read = numbers.read(table, 0).numbers[:, 4]
    limit = float(np.finfo(np.float32).max)
    expected = [np.nan if cell is None or not abs(cell) <= limit else float(cell) for cell in cells]
    np.testing.assert_array_equal(read, expected)


def test_times_dates_and_spelled_dates_are_one(days: FileRows) -> None:
    rows = visits().head(4)[[column.name for column in days.bundle.columns]]
    name = next(column.name for column in days.bundle.columns if column.cell.type == "string")
    times = pd.Series([pd.Timestamp("2024-03-01"), pd.Timestamp("2024-03-02"), pd.NaT, pd.Timestamp("2024-03-04")])
    expected = days.read(changed(rows, name, ["2024-03-01", "2024-03-02", None, "2024-03-04"]), 0)
    stored = pa.Table.from_pandas(rows.assign(**{name: times})).to_pandas()
    assert days.read(stored, 0).strings == expected.strings
    with pytest.raises(DataError, match=rf"column '{name}' expects an ISO 8601 date or null; got .*'soon' in row 3"):
        days.read(changed(rows, name, ["2024-03-01", None, None, "soon"]), 0)


def test_truth_values_are_spelled_in_text_alone(days: FileRows) -> None:
    rows = visits().head(3)[[column.name for column in days.bundle.columns]]
    name = next(column.name for column in days.bundle.columns if "true" in _expected(column.cell.read))
    place = days.layout.names.index(name)
    spelled = reader(days.bundle, spelled=True).read(changed(rows, name, ["true", "False", None]), 0)
    assert spelled.numbers[:2, place].tolist() == [1.0, 0.0]
    assert np.isnan(spelled.numbers[2, place])
    with pytest.raises(
        DataError, match=rf"column '{name}' expects true, false, 1, 0 or null; got a number 2\.0 in row 1"
    ):
        days.read(changed(rows, name, [1, 2, 0]), 0)


def _expected(read: Callable[[object, bool], object]) -> str:
    try:
        read(object(), False)
    except ValueError as error:
        return str(error)
    return ""
