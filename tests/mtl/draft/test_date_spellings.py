"""How dates are written is told from all of them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.draft.date_spellings import DAYS, ISO, TIMES, DateSpelling, date_spelling, date_values

TIMES_OF_DAY = pd.Series(pd.to_datetime(["2024-01-31 13:05", "2023-12-09 01:50", "1999-02-28 23:59"]))


def words(*cells: str) -> pd.Series:
    return pd.Series(cells, dtype="str")


@pytest.mark.parametrize("day", [day for day in DAYS if day not in ("%Y%m%d", "%d%b%Y")])
@pytest.mark.parametrize("time", TIMES)
def test_every_spelling_is_found_again(day: str, time: str) -> None:
    written = TIMES_OF_DAY.dt.strftime(day + time)
    found = date_spelling(written.astype("str"))
    assert found is not None
    assert date_values(written, found).dt.normalize().tolist() == TIMES_OF_DAY.dt.normalize().tolist()


@pytest.mark.parametrize("cells", [("2024-01-31", "1999-12-01"), ("2024-01-31T12:00:00Z", "2024-02-01 00:00")])
def test_iso_needs_no_word(cells: tuple[str, ...]) -> None:
    assert date_spelling(words(*cells)) == DateSpelling(ISO)


def test_one_date_may_tell_day_from_month_and_without_it_both_are_named() -> None:
    assert date_spelling(words("01/02/2024", "31/12/2023")) == DateSpelling("%d/%m/%Y")
    assert date_spelling(words("01/02/2024", "12/31/2023")) == DateSpelling("%m/%d/%Y")
    assert date_spelling(words("01/02/2024", "03/04/2023")) == DateSpelling("%m/%d/%Y", ("%d/%m/%Y",))
    assert date_spelling(words("01-02-2024", "03-04-2023")) == DateSpelling("%d-%m-%Y", ("%m-%d-%Y",))


def test_whole_numbers_are_days_only_if_each_is_one() -> None:
    assert date_spelling(pd.Series([20240131, 19991201])) == DateSpelling("%Y%m%d")
    assert date_spelling(pd.Series([20240131.0, 19991201.0])) == DateSpelling("%Y%m%d")
    assert date_spelling(pd.Series([20241331, 19991201])) is None
    assert date_spelling(pd.Series([2024, 1999])) is None
    assert date_spelling(pd.Series([20_240_131.5, 19_991_201.0])) is None


@pytest.mark.parametrize(
    "cells",
    [
        ("north", "south"),
        ("12.5", "13.5"),
        ("2024-01-31", "never"),
        ("1.2.3", "4.5.6"),
        ("31/02/2024",),
        ("A-1", "B-2"),
    ],
)
def test_what_is_not_all_dates_is_none(cells: tuple[str, ...]) -> None:
    assert date_spelling(words(*cells)) is None


@given(st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_whatever_the_words_there_is_an_answer(cells: list[str]) -> None:
    found = date_spelling(words(*cells))
    assert found is None or date_values(words(*cells), found).notna().all()
