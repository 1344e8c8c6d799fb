"""Dates and times: days, and the place in each cycle."""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from mtl.features.kinds.datetime import Datetime
from mtl.spec import ModelSpec

DAYS = pd.Series(pd.date_range("2020-01-01", periods=28, freq="D"))
HOURS = pd.Series(pd.date_range("2019-03-04", periods=5000, freq="13h"))


def fit(values: object) -> Datetime:
    return Datetime.fit(("x",), pd.DataFrame({"x": values}), ModelSpec())


def numbers(fitted: Datetime, values: object) -> NDArray[np.float32]:
    return fitted.apply(pd.DataFrame({"x": values}))


def test_days_are_standardised() -> None:
    column = numbers(fit(HOURS), HOURS)[:, 0].astype(np.float64)
    assert abs(column.mean()) < 1e-5
    assert column.std() == pytest.approx(1.0, abs=1e-5)


def test_only_cycles_that_the_training_side_tells_apart_are_read() -> None:
    assert [fit(column).fitted[0].cycles for column in (DAYS, HOURS, DAYS[:1])] == [
        ("year", "week"),
        ("year", "week", "day"),
        (),
    ]
    assert [fit(column).width for column in (DAYS, HOURS, DAYS[:1])] == [5, 7, 1]


def test_the_ends_of_a_cycle_meet() -> None:
    fitted = fit(HOURS)
    midnight, late, noon = numbers(fitted, ["2020-06-15T00:00", "2020-06-15T23:59", "2020-06-15T12:00"])[:, 5:]
    np.testing.assert_allclose(midnight, [0, 1], atol=1e-6)
    assert np.abs(late - midnight).max() < 0.01
    np.testing.assert_allclose(noon, [0, -1], atol=1e-6)
    monday, sunday = numbers(fitted, ["2020-06-15", "2020-06-21"])[:, 3:5]
    np.testing.assert_allclose(monday, [0, 1], atol=1e-6)
    np.testing.assert_allclose(sunday, [np.sin(-2 * np.pi / 7), np.cos(2 * np.pi / 7)], atol=1e-6)
    first, last = numbers(fitted, ["2020-01-01", "2020-12-31"])[:, 1:3]
    assert np.abs(first - last).max() < 0.02


def test_a_missing_one_is_0_with_an_indicator_where_the_training_side_has_gaps() -> None:
    gaps = pd.concat([DAYS, pd.Series([None])])
    assert numbers(fit(gaps), [None]).tolist() == [[0, 0, 0, 0, 0, 1]]
    assert numbers(fit(DAYS), [None]).tolist() == [[0, 0, 0, 0, 0]]


@pytest.mark.parametrize(
    "same",
    [
        DAYS.dt.strftime("%Y-%m-%d"),
        DAYS.dt.date,
        DAYS.dt.tz_localize("UTC"),
        DAYS.dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"),
        DAYS.astype("datetime64[ns]"),
        DAYS.astype(object),
        DAYS.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
    ],
)
def test_the_type_of_the_column_does_not_matter(same: pd.Series) -> None:
    assert fit(same) == fit(DAYS)
    np.testing.assert_array_equal(numbers(fit(DAYS), same), numbers(fit(DAYS), DAYS))


def test_what_is_no_date_is_missing() -> None:
    fitted = fit(DAYS)
    for other in ([20200101], ["soon"], ["07/01/2020"], [True], [1.5e9]):
        np.testing.assert_array_equal(numbers(fitted, other), numbers(fitted, [None]))
