"""When a run is behind."""

import math

from mtl.training.bar import NO_BAR, is_behind, is_rung, rung


def test_a_run_is_behind_only_where_the_bar_says_so() -> None:
    bar = (math.inf, 0.5)
    assert [is_behind(bar, epochs, 0.6) for epochs in range(4)] == [False, False, True, False]
    assert not is_behind(bar, 2, 0.5)
    assert not is_behind(NO_BAR, 1, math.inf)


def test_a_rung_stops_every_run_and_none_before() -> None:
    assert [is_behind(rung(2), epochs, 0.0) for epochs in range(4)] == [False, False, True, True]
    assert not is_behind(rung(2), 1, math.inf)
    assert is_behind(rung(1), 1, 0.0)
    assert is_rung(rung(7))
    assert not any(is_rung(bar) for bar in (NO_BAR, (math.inf,), (0.5, 0.4)))
