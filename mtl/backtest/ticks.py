"""When a schedule retrains: one tick per test window, each with a whole window after it that nothing has seen.

    training | validation | test window | embargo | following window |
                          ^ as_of       ^ test_end
                                                  ^ decided_on       ^ until

A retrain needs the labels of its test window, which come as late as the split's embargo says: what it decides serves
from `decided_on` to the next decision.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from mtl.data.splits import days_of
from mtl.errors import SpecError, UserError
from mtl.spec import Spec, TimeSplit

FEWEST = 2
"""Ticks of which something can be said over time."""


@dataclass(frozen=True)
class Tick:
    """A retrain.

    Attributes:
        as_of: the first day of the test window.
        test_end: the day after it.
        decided_on: the day on which its labels are known; the first of the following window.
        until: the day after that.
        days_cut: days of the training window that lie before the data begin.
    """

    as_of: date
    test_end: date
    decided_on: date
    until: date
    days_cut: int = 0


@dataclass(frozen=True)
class Held:
    """The days that the data hold, both inclusive."""

    first: date
    last: date


@dataclass(frozen=True)
class Schedule:
    """What is replayed: every retrain from the one as of `first` to the last that is decided on by `end`.

    Attributes:
        every: days from a tick to the next; None: the length of the test window.
    """

    first: date
    end: date
    every: int | None = None


def split_by_time(spec: Spec) -> TimeSplit:
    """The spec's split.

    Raises:
        SpecError: it is not by time.
    """
    if not isinstance(spec.split, TimeSplit):
        raise SpecError(
            f"{spec.place('split')}: a backtest needs a split by time; this spec splits by {spec.split.by}, so that no"
            " row is later than another: use `split: {by: time, column: …}`"
        )
    return spec.split


def as_of(spec: Spec, tick: Tick) -> Spec:
    """The spec as a schedule would run it at a tick."""
    return spec.model_copy(update={"split": split_by_time(spec).model_copy(update={"as_of": tick.as_of})})


def days_in(spec: Spec, table: pd.DataFrame) -> pd.Series:
    """The day of each row, by which the spec splits; NaT where missing.

    Raises:
        DataError: a column that holds no days.
    """
    return days_of(table[split_by_time(spec).column])


def days_held(spec: Spec, table: pd.DataFrame) -> Held:
    """The first and the last day of the rows.

    Raises:
        UserError: no row has a day.
    """
    days = days_in(spec, table).dropna()
    if days.empty:
        raise UserError(f"{spec.place('split')}: column '{split_by_time(spec).column}' holds no day: nothing to replay")
    return Held(days.min().date(), days.max().date())


def within(days: pd.Series, first: date, end: date) -> NDArray[Any]:
    """Which days lie in [first, end)."""
    return ((days >= pd.Timestamp(first)) & (days < pd.Timestamp(end))).to_numpy()


def ticks_of(split: TimeSplit, schedule: Schedule, held: Held) -> tuple[Tick, ...]:
    """The ticks of a schedule, the earliest first.

    Raises:
        UserError: the schedule goes beyond the data at either end, or has fewer than two ticks.
    """
    every = schedule.every or split.test_days
    _require_training(split, schedule, held)
    _require_following(schedule, every, held)
    found = tuple(_ticks(split, every, schedule, held))
    if len(found) < FEWEST:
        raise UserError(
            f"--from {schedule.first}, --to {schedule.end}: expected room for at least {FEWEST} test windows of"
            f" {split.test_days} days, one every {every} days; there is room for {len(found)}: name days that are"
            " further apart"
        )
    return found


def _ticks(split: TimeSplit, every: int, schedule: Schedule, held: Held) -> Iterator[Tick]:
    test, late, step = (timedelta(days=days) for days in (split.test_days, split.embargo_days, every))
    asked = timedelta(days=split.validation_days + split.train_days) if split.train_days else timedelta()
    first = schedule.first
    while (decided := first + test + late) <= schedule.end:
        cut = max(0, (held.first - (first - asked)).days)
        yield Tick(first, first + test, decided, decided + step, cut)
        first += step


def _require_training(split: TimeSplit, schedule: Schedule, held: Held) -> None:
    earliest = held.first + timedelta(days=split.validation_days + split.embargo_days + 1)
    if schedule.first < earliest:
        raise UserError(
            f"--from {schedule.first}: there is no training window before it: the data begin on {held.first}, and the"
            f" {split.validation_days} days before a test window are for validation; name {earliest} or a later day"
        )


def _require_following(schedule: Schedule, every: int, held: Held) -> None:
    latest = held.last + timedelta(days=1 - every)
    if schedule.end > latest:
        raise UserError(
            f"--to {schedule.end}: the {every} days from it on, on which the last decision is judged, are not all in"
            f" the data, which end on {held.last}; name {latest} or an earlier day"
        )
