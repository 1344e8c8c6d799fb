"""A row's side follows from its key, its group or its day, and from nothing else."""

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.data.splits import SIDES, Split, hash_fractions, split_rows
from mtl.errors import DataError
from tests.mtl.data.patients import patients, spec
from tests.mtl.evaluation.cases import lightly

HASH = "split: {by: hash, validation: 0.2, test: 0.3}\n"
GROUP = "split: {by: group, column: ward, validation: 0.2, test: 0.3}\n"
TIME = "split: {by: time, column: day, as_of: 2020-01-21, test_days: 5, validation_days: 4, train_days: 10}\n"
SPLITS = pytest.mark.parametrize("rule", [HASH, GROUP, TIME])


def sides(rule: str, table: pd.DataFrame) -> dict[Any, str]:
    """Each row's side by its id; rows on no side are left out."""
    split = split_rows(spec(rule), table)
    return {key: side for side in SIDES for key in table["id"].iloc[split.rows(side)]}


def days(values: object, rule: str = TIME) -> Split:
    column = pd.Series(values)
    return split_rows(spec(rule), pd.DataFrame({"id": range(len(column)), "day": column}))


@SPLITS
def test_positions_ascend_and_no_row_is_on_two_sides(rule: str) -> None:
    split = split_rows(spec(rule), patients(200))
    together = np.concatenate([split.rows(side) for side in SIDES])
    assert len(set(together)) == len(together)
    for side in SIDES:
        assert (np.diff(split.rows(side)) > 0).all()
    if rule != TIME:
        assert len(together) == 200


@pytest.mark.slow
@SPLITS
@lightly
@given(data=st.data())
def test_rows_that_come_go_or_change_places_leave_the_others_where_they_were(rule: str, data: st.DataObject) -> None:
    table = patients(120)
    kept = data.draw(st.lists(st.integers(0, 119), min_size=60, max_size=120, unique=True))
    before, after = sides(rule, table), sides(rule, table.iloc[kept])
    assert after == {key: side for key, side in before.items() if key in set(kept)}


@SPLITS
def test_what_else_a_row_holds_does_not_matter(rule: str) -> None:
    table = patients(120)
    other = table.assign(age=0.0, note="x", ill=1.0, extra=range(120))[["extra", *reversed(table.columns)]]
    assert sides(rule, other.set_axis(range(500, 620))) == sides(rule, table)


@pytest.mark.parametrize("dtype", ["float64", "Int64", "int32", "object", "str", "category", "int64[pyarrow]"])
@pytest.mark.parametrize("rule", [HASH, GROUP])
def test_the_type_of_a_key_or_group_does_not_matter(rule: str, dtype: str) -> None:
    table = patients(120)
    typed = table.astype({"id": dtype, "ward": dtype})
    expected = sides(rule, table)
    assert {int(float(key)): side for key, side in sides(rule, typed).items()} == expected


def test_a_key_of_days_may_be_text_dates_or_times() -> None:
    day = pd.Series(pd.date_range("2020-01-01", periods=9))
    expected = hash_fractions(pd.DataFrame({"day": day}), "mtl")
    for column in (day.dt.strftime("%Y-%m-%d"), day.dt.date, day.astype("datetime64[s]")):
        np.testing.assert_array_equal(hash_fractions(pd.DataFrame({"day": column}), "mtl"), expected)


def test_a_group_is_on_one_side() -> None:
    table = patients(300)
    split = split_rows(spec(GROUP), table)
    wards = [set(table["ward"].iloc[split.rows(side)]) for side in SIDES]
    assert sum(map(len, wards)) == len(set.union(*wards)) == table["ward"].nunique()


def test_sides_have_the_shares_that_were_asked_for() -> None:
    split = split_rows(spec(HASH), pd.DataFrame({"id": range(20_000)}))
    # The standard deviation of such a share is at most √(0.5 · 0.5 / 20,000) = 0.0035.
    shares = [len(split.rows(side)) / 20_000 for side in SIDES]
    assert shares == pytest.approx([0.5, 0.2, 0.3], abs=0.015)


def test_a_fraction_is_the_hash_of_the_salt_and_the_key() -> None:
    table = pd.DataFrame({"day": pd.to_datetime(["2020-01-01"]), "flight": [7.0]})
    digest = hashlib.blake2b(b"mtl\x1f2020-01-01\x1f7", digest_size=8).digest()
    assert hash_fractions(table, "mtl").tolist() == [int.from_bytes(digest, "big") / 2**64]


def test_the_parts_of_a_key_and_the_salt_matter() -> None:
    keys = pd.DataFrame({"a": ["x", "xy", "x"], "b": ["yz", "z", "y"]})
    fractions = [*hash_fractions(keys, "mtl"), *hash_fractions(keys, "other"), *hash_fractions(keys[["b", "a"]], "mtl")]
    assert len(set(fractions)) == 9


def test_equal_keys_of_unlike_types_do_not_depend_on_which_comes_first() -> None:
    forth = hash_fractions(pd.DataFrame({"a": pd.Series([True, 1, "1"], dtype=object)}), "mtl")
    back = hash_fractions(pd.DataFrame({"a": pd.Series(["1", 1, True], dtype=object)}), "mtl")
    assert forth.tolist() == back.tolist()[::-1]


@pytest.mark.parametrize(("rule", "column"), [(HASH, "id"), (GROUP, "ward")])
def test_a_row_without_a_key_or_group_is_an_error_with_its_place(rule: str, column: str) -> None:
    table = patients()
    table[column] = table[column].astype("Int64")
    table.loc[7, column] = pd.NA
    with pytest.raises(DataError, match=rf"patients\.yaml:\d+: split: column '{column}' has no value in row 7 of 60"):
        split_rows(spec(rule), table)


def test_windows_of_days_follow_each_other() -> None:
    day = pd.date_range("2020-01-01", "2020-01-31")
    split = days(day)
    first_and_last = [[str(day[rows[end]].date()) for end in (0, -1)] for rows in map(split.rows, SIDES)]
    assert first_and_last == [["2020-01-07", "2020-01-16"], ["2020-01-17", "2020-01-20"], ["2020-01-21", "2020-01-25"]]


def test_without_a_day_to_start_at_the_test_window_is_the_last_whole_one() -> None:
    day = pd.date_range("2020-01-01", "2020-01-31")
    for column in (day, day + pd.to_timedelta(np.arange(31) % 24, unit="h")):
        split = days(column, "split: {by: time, column: day, test_days: 5}\n")
        assert [(rows[0], rows[-1]) for rows in map(split.rows, SIDES)] == [(0, 18), (19, 25), (26, 30)]


DAY = pd.date_range("2020-01-07", "2020-01-26")
TIMES = [
    DAY.strftime("%Y-%m-%d"),
    DAY.date,
    DAY + pd.Timedelta(hours=23, minutes=59),
    DAY.tz_localize("UTC"),
    (DAY + pd.Timedelta(hours=12)).tz_localize("Asia/Tokyo"),
    [f"{day:%Y-%m-%d}T12:00:00{'+01:00' if n % 2 else '+02:00'}" for n, day in enumerate(DAY)],
    [f"{day:%Y-%m-%d}" + " 10:30:00" * (n % 2) for n, day in enumerate(DAY)],
    pd.Categorical(DAY.strftime("%Y-%m-%d")),
]


@pytest.mark.parametrize("column", TIMES)
def test_a_day_may_be_a_date_a_time_with_or_without_a_zone_or_iso_text(column: object) -> None:
    split, expected = days(column), days(DAY)
    for side in SIDES:
        assert split.rows(side).tolist() == expected.rows(side).tolist()


def test_days_are_utc_where_times_carry_a_zone() -> None:
    column = [*DAY.tz_localize("UTC"), pd.Timestamp("2020-01-21T00:30+01:00"), pd.Timestamp("2020-01-20T23:30-01:00")]
    split = days(pd.Series(pd.to_datetime(column, utc=True)))
    assert split.validation[-1] == len(DAY)
    assert split.test[-1] == len(DAY) + 1


def test_a_row_without_a_day_is_on_no_side() -> None:
    split, expected = days([None, *DAY]), days(DAY)
    for side in SIDES:
        assert (split.rows(side) - 1).tolist() == expected.rows(side).tolist()


@pytest.mark.parametrize(
    ("column", "problem"),
    [
        (["2020-01-07", "soon"], "column 'day' holds 'soon', which is no ISO 8601 date"),
        (["07/01/2020", "08/01/2020"], "column 'day' holds '07/01/2020', which is no ISO 8601 date"),
        ([20200107, 20200108], "column 'day' holds int64, not ISO 8601 dates"),
        (pd.period_range("2020-01", periods=2, freq="M"), r"column 'day' holds period\[M\], not ISO 8601 dates"),
        ([None, None], "the train side is empty out of 2 rows; change the split"),
        (DAY[:10], "the validation side is empty out of 10 rows; change the split"),
    ],
)
def test_days_that_cannot_be_read_or_do_not_reach_are_an_error_with_its_place(column: object, problem: str) -> None:
    with pytest.raises(DataError, match=rf"^patients\.yaml:13: split: {problem}$"):
        days(column)


def test_one_row_is_too_few() -> None:
    with pytest.raises(DataError, match="side is empty out of 1 rows"):
        split_rows(spec(HASH), patients(1))


RETIRED = "split: {by: hash, validation: 0.2, test: 0.3, salt: new, retired: [older, mtl]}\n"
RENEWED = "split: {by: hash, validation: 0.2, test: 0.3, salt: new}\n"


@pytest.mark.parametrize("by", ["by: hash", "by: group, column: ward"])
def test_rows_that_a_retired_salt_tested_train_and_the_others_stay_where_the_new_salt_puts_them(by: str) -> None:
    table = patients(300)
    old, new, retired = (
        sides(rule.replace("by: hash", by), table)
        for rule in ("split: {by: hash, validation: 0.2, test: 0.3, salt: mtl}\n", RENEWED, RETIRED)
    )
    older = sides("split: {by: hash, validation: 0.2, test: 0.3, salt: older}\n".replace("by: hash", by), table)
    looked_at = {key for key in old if "test" in (old[key], older[key])}
    moved = {key for key in new if new[key] == "test" and key in looked_at}
    assert moved
    assert retired == {key: "train" if key in moved else side for key, side in new.items()}


def test_rows_that_were_tested_are_never_tested_again_however_often_the_salt_changes() -> None:
    table, salts = patients(2000), ["a", "b", "c"]
    tested: list[set[Any]] = []
    for count, salt in enumerate(salts):
        rule = f"split: {{by: hash, validation: 0.2, test: 0.3, salt: {salt}, retired: {salts[:count]}}}\n"
        tested.append({key for key, side in sides(rule, table).items() if side == "test"})
    assert len(set.union(*tested)) == sum(map(len, tested))
    # 0.3, and 0.7 and 0.49 of it.
    assert [len(side) / 2000 for side in tested] == pytest.approx([0.3, 0.21, 0.147], abs=0.04)


def test_an_embargo_leaves_out_the_last_days_of_training_and_of_validation() -> None:
    day = pd.date_range("2020-01-01", "2020-01-31")
    split = days(day, TIME.replace("}", ", embargo_days: 2}"))
    first_and_last = [[str(day[rows[end]].date()) for end in (0, -1)] for rows in map(split.rows, SIDES)]
    assert first_and_last == [["2020-01-07", "2020-01-14"], ["2020-01-17", "2020-01-18"], ["2020-01-21", "2020-01-25"]]
    assert days(day, TIME.replace("}", ", embargo_days: 0}")).train.tolist() == days(day).train.tolist()
