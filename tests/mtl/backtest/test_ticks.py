"""When a schedule retrains, and what it refuses."""

from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.backtest.ticks import Held, Schedule, as_of, days_held, split_by_time, ticks_of
from mtl.errors import DataError, SpecError, UserError
from mtl.spec import Spec, TimeSplit, parse_spec
from tests.flows.drifting import DRIFTING, drifting_table

YEAR = Held(date(2013, 1, 1), date(2013, 12, 31))
MONTHLY = TimeSplit(by="time", column="day", test_days=31, validation_days=7, train_days=28)


def spec_of(**changes: object) -> Spec:
    import yaml

    return parse_spec(yaml.safe_dump({**DRIFTING, **changes}), "drifting.yaml")


def schedule(first: str, end: str, every: int | None = None) -> Schedule:
    return Schedule(date.fromisoformat(first), date.fromisoformat(end), every)


def test_a_year_has_ten_months_with_a_month_before_and_after() -> None:
    ticks = ticks_of(MONTHLY, schedule("2013-02-01", "2013-12-01", 30), YEAR)
    assert len(ticks) == 10
    assert (ticks[0].as_of, ticks[0].decided_on, ticks[0].until) == (
        date(2013, 2, 1),
        date(2013, 3, 4),
        date(2013, 4, 3),
    )
    assert ticks[-1].until <= date(2014, 1, 1)


def test_a_training_window_may_begin_before_the_data_and_that_is_noted() -> None:
    ticks = ticks_of(MONTHLY, schedule("2013-02-01", "2013-12-01"), YEAR)
    assert [tick.days_cut for tick in ticks[:3]] == [4, 0, 0]
    growing = TimeSplit(by="time", column="day", test_days=31, validation_days=7)
    assert not any(tick.days_cut for tick in ticks_of(growing, schedule("2013-02-01", "2013-12-01"), YEAR))


def test_without_every_the_test_windows_follow_one_another() -> None:
    ticks = ticks_of(MONTHLY, schedule("2013-02-01", "2013-12-01"), YEAR)
    assert [tick.test_end for tick in ticks[:-1]] == [tick.as_of for tick in ticks[1:]]
    assert all(tick.until - tick.decided_on == timedelta(days=31) for tick in ticks)


def test_a_retrain_waits_for_labels_that_come_late() -> None:
    late = TimeSplit(by="time", column="day", test_days=31, validation_days=7, train_days=28, embargo_days=5)
    first = ticks_of(late, schedule("2013-03-01", "2013-12-01"), YEAR)[0]
    assert first.decided_on - first.test_end == timedelta(days=5)


@given(
    test_days=st.integers(1, 40),
    every=st.none() | st.integers(1, 60),
    first=st.integers(8, 300),
    length=st.integers(0, 300),
    embargo=st.integers(0, 6),
)
def test_every_window_is_whole_and_every_decision_by_the_end(
    test_days: int, every: int | None, first: int, length: int, embargo: int
) -> None:
    split = TimeSplit(by="time", column="day", test_days=test_days, validation_days=7, embargo_days=embargo)
    asked = Schedule(YEAR.first + timedelta(days=first), YEAR.first + timedelta(days=first + length), every)
    try:
        ticks = ticks_of(split, asked, YEAR)
    except UserError:
        return
    assert len(ticks) >= 2
    assert ticks[0].as_of == asked.first
    for tick in ticks:
        assert tick.as_of < tick.test_end <= tick.decided_on < tick.until
        assert tick.decided_on <= asked.end
        assert tick.until <= YEAR.last + timedelta(days=1)
    step = timedelta(days=every or test_days)
    assert all(after.as_of - before.as_of == step for before, after in pairwise(ticks))
    assert ticks[-1].decided_on + step > asked.end, "another one would not fit"


@pytest.mark.parametrize(
    ("first", "end", "every", "told"),
    [
        (
            "2013-01-08",
            "2013-12-01",
            None,
            "--from 2013-01-08: there is no training window.* name 2013-01-09 or a later",
        ),
        ("2013-02-01", "2013-12-02", None, "--to 2013-12-02: the 31 days from it on.* name 2013-12-01 or an earlier"),
        ("2013-02-01", "2013-12-30", 7, "--to 2013-12-30: the 7 days from it on.* name 2013-12-25 or an earlier"),
        ("2013-02-01", "2013-03-20", None, "room for at least 2 test windows of 31 days.* there is room for 1"),
        ("2013-06-01", "2013-02-01", None, "there is room for 0"),
    ],
)
def test_a_schedule_beyond_the_data_is_refused(first: str, end: str, every: int | None, told: str) -> None:
    with pytest.raises(UserError, match=told):
        ticks_of(MONTHLY, schedule(first, end, every), YEAR)


def test_the_day_that_a_refusal_names_is_accepted() -> None:
    assert ticks_of(MONTHLY, schedule("2013-01-09", "2013-12-01"), YEAR)
    assert ticks_of(MONTHLY, schedule("2013-02-01", "2013-12-25", 7), YEAR)


def test_a_spec_without_a_split_by_time_is_refused_with_its_line() -> None:
    with pytest.raises(
        SpecError, match=r"drifting.yaml:\d+: a backtest needs a split by time; this spec splits by hash"
    ):
        split_by_time(spec_of(split={"by": "hash"}))


def test_at_a_tick_the_spec_is_as_of_its_day() -> None:
    tick = ticks_of(MONTHLY, schedule("2013-02-01", "2013-12-01"), YEAR)[1]
    spec = as_of(spec_of(), tick)
    assert split_by_time(spec).as_of == tick.as_of
    assert spec.tasks == spec_of().tasks


def test_the_days_that_data_hold_leave_missing_ones_out() -> None:
    table = drifting_table()
    table.loc[3, "day"] = None
    assert days_held(spec_of(), table) == Held(date(2024, 1, 1), date(2024, 2, 28))


def test_data_without_any_day_are_refused() -> None:
    with pytest.raises(UserError, match="column 'day' holds no day"):
        days_held(spec_of(), pd.DataFrame({"day": pd.Series([None, None], dtype="object")}))
    with pytest.raises(DataError, match="not ISO 8601"):
        days_held(spec_of(), pd.DataFrame({"day": [1, 2]}))
