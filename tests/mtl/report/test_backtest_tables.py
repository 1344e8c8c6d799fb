"""A backtest as tables."""

import io
from dataclasses import replace

import numpy as np
from rich.console import Console

from mtl.backtest.replayed import Backtest, summarise
from mtl.report.backtest_tables import (
    decisions_markdown,
    following_markdown,
    print_backtest,
    summary_markdown,
    verdict,
)
from tests.mtl.backtest.replays import make_backtest, make_following, make_replayed

COLUMNS = 80


def printed(found: Backtest) -> str:
    console = Console(file=io.StringIO(), width=COLUMNS)
    print_backtest(found, console)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.replace("\\|", "¦").strip("|").split("|")]


def test_a_terminal_shows_each_window_of_each_task_and_what_it_comes_to() -> None:
    shown = printed(make_backtest())
    assert max(map(len, shown.splitlines())) <= COLUMNS
    assert "price (r2 ↑) on the 3 windows after the decisions" in shown
    (promoted,) = [line for line in shown.splitlines() if line.startswith("2013-04-02") and "0.6000" in line]
    assert promoted.split()[1:5] == ["promote", "0.6000", "0.6000", "0.5500"]
    assert "+0.0500 [+0.0300, +0.0700]" in promoted
    assert "1 of 3 retrains would have been promoted: 2013-03-03." in shown


def test_without_a_promotion_none_is_named_and_the_newest_is_compared() -> None:
    ticks = (make_replayed(0, False, make_following("price", 0.5, 0.6, 0.5)),)
    found = Backtest("homes", "Homes", 0.95, ticks, summarise(ticks, 0.95))
    assert verdict(found) == "0 of 1 retrains would have been promoted: none."
    assert "newest − baselines" in printed(found)
    assert "+0.1000 [+0.0800, +0.1200]" in printed(found)


def test_the_summary_has_a_row_per_task_with_means_regrets_and_the_difference() -> None:
    heading, _, price, age = summary_markdown(make_backtest()).splitlines()
    assert cells(heading)[:4] == ["task", "champion", "newest", "baselines"]
    assert cells(price)[:7] == ["price (r2 ↑)", "0.5000", "0.5233", "0.5167", "0.0400", "0.0167", "0.0233"]
    assert cells(price)[7].startswith("-0.0167 [")
    assert cells(price)[8].startswith("+0.0067 [")
    assert cells(price)[-1] == "3"
    assert cells(age)[0] == "age (r2 ↑)"


def test_a_row_per_decision_says_what_serves_after_it() -> None:
    rows = [cells(line) for line in decisions_markdown(make_backtest()).splitlines()[2:]]
    assert [row[:2] for row in rows] == [
        ["2013-02-01", "reject"],
        ["2013-03-03", "promote"],
        ["2013-04-02", "reject"],
    ]
    assert [row[4] for row in rows] == ["none yet", "2013-03-03", "2013-03-03"]
    assert rows[0][3] == "0.0167"
    assert rows[0][5] == "Reject: undecided ¦ on price.", "a bar in a cell ends no cell"


def test_a_row_per_window_has_the_difference_of_each_pair() -> None:
    lines = following_markdown(make_backtest(), "price").splitlines()
    assert cells(lines[0])[5:8] == ["champion − baselines", "champion − newest", "newest − baselines"]
    assert cells(lines[4])[:6] == [
        "2013-05-02",
        "2013-06-01",
        "0.4000",
        "0.4500",
        "0.5000",
        "-0.1000 [-0.1200, -0.0800]",
    ]
    assert cells(lines[4])[-1] == "400"


def test_what_is_not_known_is_a_dash() -> None:
    gone = replace(make_following("price", np.nan, 0.5, 0.5), differences={})
    lacking = replace(gone, values={"newest": 0.5})
    nobody = replace(make_replayed(0, False, gone), candidate="", budget=None)
    ticks = (nobody, make_replayed(1, False, lacking))
    found = Backtest("homes", "Homes", 0.95, ticks, summarise(ticks, 0.95))
    first, second = following_markdown(found, "price").splitlines()[2:]
    assert cells(first)[2:8] == ["–", "0.5000", "0.5000", "–", "–", "–"]
    assert cells(second)[2:5] == ["–", "0.5000", "–"]
    assert cells(decisions_markdown(found).splitlines()[2])[2:4] == ["–", "–"]
    assert cells(summary_markdown(found).splitlines()[2])[1:] == ["–"] * 8 + ["0"]
    assert "–" in printed(found)
