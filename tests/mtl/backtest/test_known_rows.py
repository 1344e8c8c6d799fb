"""A retrain's table holds nothing that is later than its test window."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from mtl.backtest.known_rows import known_at, rows_following
from mtl.backtest.ticks import Tick
from mtl.data.frame import Frame, write_frame
from mtl.errors import DataError
from tests.flows.drifting import drifting_table
from tests.mtl.backtest.test_ticks import spec_of

TICK = Tick(date(2024, 1, 20), date(2024, 1, 30), date(2024, 1, 30), date(2024, 2, 9))


def stored(table: pd.DataFrame, folder: Path) -> Frame:
    return write_frame(table, folder / "frames")


def test_the_table_ends_with_the_test_window_and_begins_with_the_training(tmp_path: Path) -> None:
    known = known_at(spec_of(), stored(drifting_table(), tmp_path), TICK, tmp_path)
    assert (known.table["day"].min(), known.table["day"].max()) == ("2024-01-11", "2024-01-29")
    assert known.rows == 19 * 45


def test_whatever_becomes_of_later_rows_the_table_is_the_same_to_the_byte(tmp_path: Path) -> None:
    table = drifting_table()
    later = table["day"] >= "2024-01-30"
    spoilt = table.copy()
    spoilt.loc[later, ["x0", "north", "south", "west"]] = 1e9
    known = {
        known_at(spec_of(), stored(each, tmp_path), TICK, tmp_path).digest for each in (table, spoilt, table[~later])
    }
    assert len(known) == 1


def test_a_row_of_the_test_window_is_known(tmp_path: Path) -> None:
    table = drifting_table()
    other = table.copy()
    other.loc[other["day"] == "2024-01-29", "north"] = 0.0
    digests = {known_at(spec_of(), stored(each, tmp_path), TICK, tmp_path).digest for each in (table, other)}
    assert len(digests) == 2


def test_the_following_rows_are_those_from_the_decision_to_the_next(tmp_path: Path) -> None:
    rows = rows_following(spec_of(), stored(drifting_table(), tmp_path), TICK)
    assert sorted(set(rows["day"])) == [str(day.date()) for day in pd.date_range("2024-01-30", "2024-02-08")]
    assert list(rows.index) == list(range(len(rows)))


def test_no_row_is_known_and_following_at_once(tmp_path: Path) -> None:
    frame = stored(drifting_table(), tmp_path)
    known = set(known_at(spec_of(), frame, TICK, tmp_path).table["person"])
    assert known.isdisjoint(rows_following(spec_of(), frame, TICK)["person"])


def test_rows_without_a_day_are_on_neither(tmp_path: Path) -> None:
    table = drifting_table()
    table.loc[table["day"] == "2024-01-29", "day"] = None
    frame = stored(table, tmp_path)
    assert known_at(spec_of(), frame, TICK, tmp_path).table["day"].max() == "2024-01-28"
    assert rows_following(spec_of(), frame, TICK)["day"].notna().all()


def test_a_tick_with_an_empty_side_is_told(tmp_path: Path) -> None:
    table = drifting_table()
    gap = table[(table["day"] < "2024-01-17") | (table["day"] >= "2024-01-20")]
    with pytest.raises(DataError, match="the validation side is empty"):
        known_at(spec_of(), stored(gap, tmp_path), TICK, tmp_path)
