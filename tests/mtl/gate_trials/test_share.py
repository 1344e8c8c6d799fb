"""Shares of trials with their intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from mtl.gate_trials.share import Share


@given(st.integers(1, 2000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_the_interval_is_wilsons(found: tuple[int, int]) -> None:
    count, trials = found
    reference = binomtest(count, trials).proportion_ci(0.95, "wilson")
    assert Share(count, trials).interval == pytest.approx((reference.low, reference.high), abs=1e-9)


@given(st.integers(1, 500))
def test_what_never_happened_may_still_happen(trials: int) -> None:
    lower, upper = Share(0, trials).interval
    assert lower == 0.0
    assert 0.0 < upper < 1.0


def test_it_counts_answers_and_says_them_in_percent() -> None:
    share = Share.of([True, False, False, False])
    assert (share.count, share.trials, share.value) == (1, 4, 0.25)
    assert str(Share(5, 100)) == "5.0 % [2.2, 11.2]"
