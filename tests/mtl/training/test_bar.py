"""When a run is behind."""

import math

from mtl.training.bar import NO_BAR, is_behind


def test_a_run_is_behind_only_where_the_bar_says_so() -> None:
    bar = (math.inf, 0.5)
    assert [is_behind(bar, epochs, 0.6) for epochs in range(4)] == [False, False, True, False]
    assert not is_behind(bar, 2, 0.5)
    assert not is_behind(NO_BAR, 1, math.inf)
