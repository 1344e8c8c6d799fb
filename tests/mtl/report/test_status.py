"""How studies stand, told."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from mtl.report.status import UNKNOWN, Standing, status_lines, status_page
from mtl.report.tally import Tally

WELL = Standing(Tally("reviews").after("promoted", "Promote: better.", 0.0, 60.0), "every 1:00:00; next: 2026")
FAILING = Standing(Tally("flights").after("failed", "no <b>file</b> & none", 0.0, 60.0))
DRIFTING = Standing(replace(WELL.tally, study="shop", drifted=("age", "number of rows")))
LATE = Standing(Tally("zoo"), "every 1:00:00", late=2)


def test_what_asks_for_someone_to_look_comes_first() -> None:
    told = status_lines([WELL, LATE, FAILING], "").splitlines()
    assert [line.partition(":")[0] for line in told if not line.startswith(" ")] == ["flights", "zoo", "reviews"]
    assert "flights: failing; last failed, 1970-01-01 00:01 UTC (1 failed)" in told
    assert "  failing: no <b>file</b> & none" in told
    assert "zoo: late; last nothing, never (no study yet)" in told
    assert "  late: 2 ticks are due, and nobody has begun them" in told
    assert "  every 1:00:00; next: 2026" in told


def test_a_study_that_is_well_has_no_problems() -> None:
    assert (WELL.problems, WELL.state, WELL.counts) == ((), "well", "1 promoted")
    assert status_lines([WELL], UNKNOWN).endswith(UNKNOWN)


def test_what_has_moved_since_the_champion_was_trained_is_told() -> None:
    assert DRIFTING.state == "drifting"
    [told] = DRIFTING.problems
    assert told == "drifting: not what the champion was trained on: age, number of rows"
    assert Standing(replace(FAILING.tally, drifted=("age",))).state == "failing"
    assert told in status_page([DRIFTING], "/a/home", "", datetime(2026, 1, 2, tzinfo=UTC))


def test_nothing_has_happened_yet() -> None:
    assert status_lines([], "") == "No study has ended in this home yet."


def test_the_page_holds_all_of_it_and_asks_for_nothing() -> None:
    page = status_page([WELL, FAILING, LATE], "/a/home", UNKNOWN, datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    for part in ("reviews", "flights", "zoo", "1 promoted", "2026-01-02 03:04 UTC", "/a/home", UNKNOWN):
        assert part in page
    assert "no &lt;b&gt;file&lt;/b&gt; &amp; none" in page
    assert "<b>file" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)=.?https?:", page)
