import re

import numpy as np
import pytest

from mtl.report.web.interval_plot import MOST, Interval, interval_plot, reach_of, scale_of


def interval(lower: float, value: float, upper: float) -> Interval:
    return Interval("this version", "own", lower, value, upper, "+0.01 <[0, 1]>")


def positions(told: str) -> list[float]:
    return [float(at) for at in re.findall(r'c?x[12]?="([-\d.]+)%"', told)]


def test_positions_are_shares_of_the_width_around_zero_in_the_middle() -> None:
    told = interval_plot([interval(-2.0, 1.0, 4.0)], 4.0, "gain")
    assert 'x1="25.50%" x2="99.00%"' in told
    assert 'cx="62.25%"' in told
    assert 'x1="50%"' in told
    assert "this version: +0.01 &lt;[0, 1]&gt;" in told


@pytest.mark.parametrize("value", [-1e9, -20.0, 0.0, 20.0, 1e9])
def test_nothing_is_drawn_beyond_the_scale_but_an_arrow(value: float) -> None:
    told = interval_plot([interval(value - 1, value, value + 1)], MOST, "gain")
    assert all(0 <= at <= 100 for at in positions(told))
    assert ("◂" in told, "▸" in told) == (value < 0, value > 0)


def test_a_bound_that_is_not_known_reaches_beyond_the_scale() -> None:
    told = interval_plot([interval(-np.inf, 0.0, 1.0)], 4.0, "gain")
    assert "◂" in told
    assert interval_plot([interval(np.nan, np.nan, np.nan)], 4.0, "gain").count("<circle") == 0


@pytest.mark.parametrize(("end", "reach"), [(0.5, 3.0), (4.2, 5.0), (400.0, MOST), (np.nan, 3.0)])
def test_the_scale_holds_all_intervals_as_far_as_they_say_something(end: float, reach: float) -> None:
    assert reach_of([interval(-end, 0.0, end)]) == reach


def test_the_scale_names_whole_standard_errors() -> None:
    assert re.findall(">([−0-9.]+)</text>", scale_of(5.0)) == ["−4", "−2", "0", "2", "4"]
