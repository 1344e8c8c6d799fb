"""A backtest's report on disk."""

from dataclasses import replace
from pathlib import Path

from mtl.backtest.replayed import Backtest
from mtl.jsonable import from_json
from mtl.report.backtest_report import PAGE, PICTURE, PLAIN, write_backtest
from tests.mtl.backtest.replays import make_backtest


def page_of(found: Backtest, folder: Path) -> str:
    return (write_backtest(found, folder / "homes-backtest") / PAGE).read_text(encoding="utf-8")


def test_the_page_has_the_verdict_the_picture_and_every_table(tmp_path: Path) -> None:
    page = page_of(make_backtest(), tmp_path)
    for part in (
        "# Homes: a backtest",
        "1 of 3 retrains would have been promoted: 2013-03-03.",
        f"({PICTURE})",
        "## Over all windows",
        "Bounds hold one-sided at 95 %.",
        "## Decisions",
        "## price on the windows after the decisions",
        "## age on the windows after the decisions",
    ):
        assert part in page
    assert (tmp_path / "homes-backtest" / PICTURE).read_bytes().startswith(b"\x89PNG")


def test_machines_read_the_same(tmp_path: Path) -> None:
    folder = write_backtest(make_backtest(), tmp_path / "homes-backtest")
    assert from_json(Backtest, (folder / PLAIN).read_bytes()) == make_backtest()


def test_a_second_report_takes_the_place_of_the_first(tmp_path: Path) -> None:
    page_of(make_backtest(), tmp_path)
    assert "# Houses: a backtest" in page_of(replace(make_backtest(), title="Houses"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["homes-backtest"]


def test_training_windows_that_the_data_cut_short_are_told(tmp_path: Path) -> None:
    found = make_backtest()
    assert "cuts short" not in page_of(found, tmp_path)
    first = found.ticks[0]
    short = replace(first, tick=replace(first.tick, days_cut=4))
    page = page_of(replace(found, ticks=(short, *found.ticks[1:])), tmp_path)
    assert "the beginning of the data cuts short: 2013-02-01 by 4 days." in page
