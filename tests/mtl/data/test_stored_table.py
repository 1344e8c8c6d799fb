"""A table that is read by columns or by chunks holds what pandas reads of it as a whole."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from mtl.data.frame import DOUBTS, Frame, write_frame
from mtl.data.stored_table import AnyTable, StoredTable, between, bytes_of, in_chunks, in_memory, rows_at
from tests.mtl.evaluation.cases import lightly

GROUP = 3
"""Rows of a chunk here."""


def every_type() -> pd.DataFrame:
    """Seven rows; what is missing in one chunk is not in others, so that each chunk alone would have other types."""
    return pd.DataFrame(
        {
            "whole": range(7),
            "gaps": [1, 2, 3, 4, None, 6, 7],
            "large": pd.array([2**60, 1, 2, 3, 4, None, 2**60 + 1], dtype="Int64"),
            "number": [0.5, np.nan, 1.5, 2, 3, 4, 5],
            "truth": [True, False, True, None, True, False, True],
            "word": ["a", "b", "a", None, "NA", "c", "d"],
            "category": pd.Categorical(["x", "y", "x", None, "z", "z", "y"]),
            "time": pd.date_range("2020-01-01", periods=7),
            "zone": pd.date_range("2020-01-01", periods=7, tz="Europe/Berlin"),
            "day": [datetime.date(2020, 1, day) for day in range(1, 8)],
            "exact": [Decimal("1.5")] * 7,
            "nothing": [None] * 7,
        }
    )


@pytest.fixture
def stored(tmp_path: Path) -> StoredTable:
    path = write_frame(every_type(), tmp_path).path
    rows = pq.read_table(path)
    gaps = rows.column("gaps").cast(pa.int64())
    pq.write_table(rows.set_column(1, "gaps", gaps), path, row_group_size=GROUP)
    return StoredTable(path)


def test_each_column_is_what_pandas_reads(stored: StoredTable) -> None:
    whole = pd.read_parquet(stored.path)
    assert list(stored.columns) == list(whole.columns)
    assert len(stored) == len(whole) == 7
    for name in whole.columns:
        assert_series_equal(stored[name], whole[name])
    assert_frame_equal(stored[["word", "whole"]], whole[["word", "whole"]])
    assert stored[[]].shape == (7, 0)


def test_chunks_are_the_whole_in_its_types(stored: StoredTable) -> None:
    whole = pd.read_parquet(stored.path)
    assert whole["gaps"].dtype == np.float64
    found = list(stored.chunks(list(whole.columns)))
    assert [start for start, _ in found] == [0, 3, 6]
    for start, rows in found:
        expected = whole.iloc[start : start + GROUP]
        assert_frame_equal(rows, expected, check_categorical=False)


@lightly
@given(positions=st.lists(st.integers(0, 6), unique=True, max_size=7).map(sorted))
def test_some_rows_are_those_of_the_whole(tmp_path_factory: pytest.TempPathFactory, positions: list[int]) -> None:
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    pq.write_table(pa.Table.from_pandas(every_type()[["word", "number"]]), path, row_group_size=GROUP)
    at, whole = np.array(positions, dtype=np.int64), pd.read_parquet(path)
    part = rows_at(StoredTable(path), at)
    assert len(part) == len(at)
    assert_series_equal(part["number"], whole["number"].iloc[at])
    assert_frame_equal(in_memory(part), whole.iloc[at])
    assert_frame_equal(in_memory(part, ["number"]), in_memory(rows_at(whole, at), ["number"]))
    again = np.flatnonzero(at % 2)
    assert_frame_equal(in_memory(rows_at(part, again)), whole.iloc[at[again]])


def test_a_table_in_memory_is_one_chunk() -> None:
    table = every_type()
    [(start, rows)] = in_chunks(table, ["word", "day"])
    assert start == 0
    assert_frame_equal(rows, table[["word", "day"]])


def test_positions_are_found_between_two_others() -> None:
    assert between(np.array([0, 2, 3, 9]), 2, 9).tolist() == [2, 3]


def test_what_the_reader_told_is_kept(tmp_path: Path) -> None:
    table = pd.DataFrame({"x": [1.0]})
    table.attrs[DOUBTS] = ["cut?"]
    frame = write_frame(table, tmp_path)
    assert StoredTable(frame.path).attrs == frame.table.attrs == {DOUBTS: ["cut?"]}


@pytest.mark.parametrize(("bound", "kind"), [(lambda size: size, pd.DataFrame), (lambda size: size - 1, StoredTable)])
def test_a_frame_is_in_memory_up_to_a_bound(tmp_path: Path, bound: Callable[[int], int], kind: type[AnyTable]) -> None:
    table = pd.DataFrame({"x": np.arange(1000.0), "y": np.arange(1000)})
    frame = write_frame(table, tmp_path)
    assert bytes_of(frame.path) >= 16_000
    bounded = Frame(frame.path, frame.digest, frame.rows, in_memory=bound(bytes_of(frame.path)))
    assert isinstance(bounded.by_need, kind)
    assert_frame_equal(bounded.at(np.array([3, 998]), ["y"]), table[["y"]].iloc[[3, 998]])


def test_texts_count_as_long_as_they_are(tmp_path: Path) -> None:
    frame = write_frame(pd.DataFrame({"x": [f"{number:01000d}" for number in range(50)]}), tmp_path)
    assert bytes_of(frame.path) > 50_000
