"""A table on disk is found by its content, and is read as it was written."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from mtl.data.frame import write_frame
from mtl.errors import DataError
from tests.mtl.data.patients import patients


def typed() -> pd.DataFrame:
    """A column of each type that users' files hold."""
    return pd.DataFrame(
        {
            "number": [1.5, None],
            "whole": pd.array([1, None], dtype="Int64"),
            "truth": pd.array([True, None], dtype="boolean"),
            "text": ["Größe", None],
            "category": pd.Categorical(["a", None]),
            "zoned": [pd.Timestamp("2020-01-01", tz="Asia/Tokyo"), pd.NaT],
            "only missing": [None, None],
        }
    )


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert_frame_equal(write_frame(typed(), tmp_path).table, typed())


def test_a_table_is_read_once(tmp_path: Path) -> None:
    frame = write_frame(patients(), tmp_path)
    first = frame.table
    frame.path.unlink()
    assert frame.table is first


def test_columns_are_known_without_the_rows(tmp_path: Path) -> None:
    frame = write_frame(patients(), tmp_path)
    assert frame.columns == tuple(patients().columns)
    assert frame.rows == len(frame.table) == 60


@pytest.mark.parametrize(
    "same",
    [
        lambda table: table.copy(),
        lambda table: table.set_axis(range(100, 160)),
        lambda table: table.iloc[::-1].iloc[::-1],
    ],
)
def test_the_same_content_is_the_same_file(tmp_path: Path, same: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    first, second = (write_frame(table, tmp_path) for table in (patients(), same(patients())))
    assert first == second
    assert list(tmp_path.iterdir()) == [first.path]


@pytest.mark.parametrize(
    "other",
    [
        lambda table: table.iloc[::-1],
        lambda table: table.iloc[1:],
        lambda table: table[table.columns[::-1]],
        lambda table: table.rename(columns={"age": "years"}),
        lambda table: table.assign(age=table["age"].fillna(0.0)),
    ],
)
def test_other_content_is_another_file(tmp_path: Path, other: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    assert write_frame(patients(), tmp_path).digest != write_frame(other(patients()), tmp_path).digest


def test_a_table_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^column 'mixed' holds cells that have no type in common: "):
        write_frame(pd.DataFrame({"mixed": [1, "a"]}), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_threads_that_write_the_same_table_at_once_all_have_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        frames = list(pool.map(lambda _: write_frame(patients(), tmp_path), range(8)))
    assert list(tmp_path.iterdir()) == [frames[0].path]
    assert_frame_equal(frames[0].table, patients())
