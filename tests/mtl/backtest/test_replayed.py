"""What ticks come to: means, regrets, differences over windows."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.backtest.following import BASELINES, CHAMPION, NEWEST, POLICIES, of_pair
from mtl.backtest.replayed import Backtest, PolicySummary, summarise
from mtl.jsonable import from_json
from tests.mtl.backtest.replays import make_backtest, make_following, make_replayed


def summary_of(*windows: tuple[float, float, float], metric: str = "r2") -> PolicySummary:
    ticks = [
        make_replayed(number, False, make_following("price", *values, metric=metric))
        for number, values in enumerate(windows)
    ]
    (found,) = summarise(ticks, 0.95)
    return found


def test_means_and_regrets_are_over_the_windows() -> None:
    found = summary_of((0.5, 0.6, 0.4), (0.7, 0.6, 0.5))
    assert found.windows == 2
    assert found.means == pytest.approx({CHAMPION: 0.6, NEWEST: 0.6, BASELINES: 0.45})
    assert found.regrets == pytest.approx({CHAMPION: 0.05, NEWEST: 0.05, BASELINES: 0.2})


def test_of_an_error_the_smallest_is_the_best() -> None:
    found = summary_of((0.5, 0.6, 0.4), metric="rmse")
    assert found.regrets == pytest.approx({CHAMPION: 0.1, NEWEST: 0.2, BASELINES: 0.0})


@given(st.lists(st.tuples(*[st.floats(-5, 5)] * 3), min_size=1, max_size=6))
def test_no_regret_is_negative_and_whoever_is_always_best_has_none(windows: list[tuple[float, float, float]]) -> None:
    found = summary_of(*windows)
    assert all(regret >= 0 for regret in found.regrets.values())
    best = summary_of(*((max(window), *window[1:]) for window in windows))
    assert best.regrets[CHAMPION] == 0


def test_the_mean_of_windows_is_surer_than_one_of_them() -> None:
    one, four = summary_of((0.6, 0.5, 0.5)), summary_of(*[(0.6, 0.5, 0.5)] * 4)
    pair = of_pair(CHAMPION, BASELINES)
    assert four.differences[pair].difference == pytest.approx(0.1)
    widths = [found.differences[pair].upper - found.differences[pair].lower for found in (one, four)]
    assert widths[0] == pytest.approx(2 * 1.645 * 0.01, rel=1e-3)
    assert widths[1] == pytest.approx(widths[0] / 2)


def test_a_window_that_some_policy_cannot_answer_is_left_out_for_all() -> None:
    whole, gap = make_following("price", 0.5, 0.6, 0.4), make_following("price", 0.1, np.nan, 0.1)
    (found,) = summarise([make_replayed(0, False, whole), make_replayed(1, False, gap)], 0.95)
    assert (found.windows, found.means[CHAMPION]) == (1, 0.5)
    lacking = replace(whole, values={CHAMPION: 0.5, BASELINES: 0.4})
    (found,) = summarise([make_replayed(0, False, lacking)], 0.95)
    assert found.windows == 0
    assert all(np.isnan(found.regrets[policy]) for policy in POLICIES)


def test_promotions_are_named_by_their_test_windows() -> None:
    assert make_backtest().promotions == (date(2013, 3, 3),)


def test_a_backtest_survives_json() -> None:
    found = make_backtest()
    assert from_json(Backtest, found.to_json()) == found
    assert json.loads(found.to_json())["ticks"][1]["champion"] == "2013-03-03"
