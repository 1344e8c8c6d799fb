import csv
import io
from dataclasses import replace

import pytest

from mtl.report.web.board_view import Cell, board_headings, board_rows, downloads, savings, size
from mtl.report.web.page_files import as_csv
from mtl.study.leaderboard import Cost, Leaderboard
from tests.mtl.report.test_leaderboard_table import BOARD, NAN

COSTS = {
    each: Cost(each, 3 if each == "network" else 1, 2.0, 1.5, 12_000, 3.25) for each in ("network", "linear", "equal")
}


def test_a_row_for_each_contender_and_a_column_for_each_task_and_cost() -> None:
    assert board_headings(BOARD) == ("tweet (r2 ↑)", "models", "mean rank", "training s", "size", "ms / 1,000 rows")
    rows = board_rows(BOARD)
    assert [(row.name, row.kind) for row in rows] == [
        ("network", "baseline"),
        ("boosted trees", "baseline"),
        ("linear", "baseline"),
        ("equal", "candidate"),
        ("pcgrad", "approach"),
    ]
    assert all(len(row.cells) == len(board_headings(BOARD)) for row in rows)


def test_a_cell_shows_spread_and_test_where_they_are_known_and_marks_the_best() -> None:
    cells = {row.name: row.cells[0] for row in board_rows(BOARD)}
    assert cells["network"] == Cell("0.5900 ± 0.004", "0.59", below="test 0.5960")
    assert cells["linear"] == Cell("0.6030", "0.603", best=True, below="test 0.6100")
    assert cells["pcgrad"] == Cell("0.5800 ± 0.003", "0.58")


def test_what_is_not_known_is_a_dash_without_a_key_and_sorts_last() -> None:
    board = replace(BOARD, standings=BOARD.standings[:1], costs=(replace(BOARD.costs[1], training_seconds=NAN),))
    [row] = board_rows(board)
    assert row.cells[0] == Cell("–", "")
    assert row.cells[3] == Cell("–", "")


def test_one_model_is_compared_with_single_task_networks() -> None:
    costs = (replace(COSTS["network"], bytes=40_000, milliseconds_per_1000_rows=13.0), COSTS["linear"], COSTS["equal"])
    told = {saving.what: saving for saving in savings(replace(BOARD, costs=costs))}
    assert told["size on disk"].share == pytest.approx(0.3)
    assert (told["size on disk"].one, told["size on disk"].many) == ("12.0 kB", "40.0 kB")
    assert told["milliseconds for 1,000 rows"].share == pytest.approx(0.25)


def test_without_a_candidate_networks_or_a_number_nothing_is_said_of_savings() -> None:
    assert savings(replace(BOARD, candidate="")) == ()
    assert savings(replace(BOARD, costs=(COSTS["linear"], COSTS["equal"]))) == ()
    unknown = replace(COSTS["network"], training_seconds=NAN, bytes=0)
    assert [each.what for each in savings(replace(BOARD, costs=(unknown, COSTS["equal"])))] == [
        "milliseconds for 1,000 rows"
    ]


@pytest.mark.parametrize(
    ("count", "told"), [(999, "999 B"), (12_345, "12.3 kB"), (9_516_456, "9.5 MB"), (5e9, "5.0 GB")]
)
def test_sizes_are_for_people(count: float, told: str) -> None:
    assert size(count) == told


def test_the_table_to_save_holds_every_standing() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(downloads(BOARD)))))
    assert [(row["contender"], float(row["validation"])) for row in rows] == [
        (each.contender, each.validation) for each in BOARD.standings
    ]
    assert list(downloads(Leaderboard()))[1:] == []
