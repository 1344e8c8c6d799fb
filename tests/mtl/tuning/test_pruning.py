"""The median rule, on planted curves."""

from itertools import accumulate
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from mtl.training.bar import NO_BAR
from mtl.tuning.pruning import FEW, bar_of, stopped_after

STEADY = [(0.9, 0.8, 0.7, 0.6), (0.9, 0.7, 0.5, 0.4), (0.9, 0.6, 0.3)]

curves = st.lists(st.floats(0.1, 2.0), min_size=1, max_size=12).map(lambda values: tuple(accumulate(values, min)))


def test_the_bar_is_the_median_of_what_was_reached_by_each_epoch_that_enough_have_seen() -> None:
    assert bar_of(STEADY, grace=1) == (0.9, 0.7, 0.5)
    assert bar_of([*STEADY, (1.0, 0.9)], grace=2) == (inf, 0.75, 0.5)


def test_there_is_no_bar_before_enough_trials_have_lived_through_the_grace() -> None:
    assert bar_of(STEADY[: FEW - 1], grace=1) == NO_BAR
    assert bar_of(STEADY, grace=4) == NO_BAR
    assert bar_of([*STEADY, ()], grace=3) == (inf, inf, 0.5)


def test_a_planted_bad_trial_stops_at_the_first_epoch_that_it_is_behind_in() -> None:
    bar = bar_of(STEADY, grace=2)
    assert stopped_after((5.0, 0.6, 0.6, 0.6), bar) == 3
    assert stopped_after((5.0, 5.0), bar) == 2
    assert stopped_after((5.0, 0.7, 0.5, 0.5), bar) is None


@given(st.lists(curves, min_size=1, max_size=12), st.integers(1, 4))
def test_the_best_of_all_trials_is_never_pruned_and_none_before_its_grace(
    found: list[tuple[float, ...]], grace: int
) -> None:
    ended: list[tuple[float, ...]] = []
    stops = []
    for curve in found:
        stops.append(stop := stopped_after(curve, bar_of(ended, grace)))
        ended.append(curve[:stop])
    assert all(stop is None or stop >= grace for stop in stops)
    assert stops[:FEW] == [None] * len(stops[:FEW])
    best = min(reached[-1] for reached in ended)
    assert all(stop is None for reached, stop in zip(ended, stops, strict=True) if reached[-1] == best)
