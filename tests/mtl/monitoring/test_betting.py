import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.monitoring.betting import SHARES, Bets
from tests.mtl.evaluation.cases import lightly
from tests.mtl.monitoring.streams import ALPHA, first_alarm, stream


@lightly
@given(st.lists(st.floats(-2.0, 2.0), max_size=60), st.integers(0, 60), st.integers(0, 99))
def test_neither_the_order_nor_the_parts_in_which_differences_come_matter(
    found: list[float], cut: int, seed: int
) -> None:
    differences = np.array(found)
    shuffled = np.random.default_rng(seed).permutation(differences)
    whole = Bets.start(2.0, 0.1).after(differences)
    parts = Bets.start(2.0, 0.1).after(shuffled[:cut]).after(shuffled[cut:])
    np.testing.assert_allclose(parts.log_wealth, whole.log_wealth, atol=1e-9)
    assert parts.count == len(found)


@lightly
@given(st.lists(st.sampled_from([-1.0, -0.25, 0.0, 0.5, 1.0]), min_size=1, max_size=40))
def test_the_evidence_is_the_mean_wealth_of_fixed_bets(found: list[float]) -> None:
    differences = np.array(found)
    wealth = np.mean([np.prod(1 + share * (differences - 0.125)) for share in SHARES])
    assert np.exp(Bets.start(1.0, 0.125).after(differences).log_evidence(0.125)) == pytest.approx(wealth)


@lightly
@given(st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=30))
def test_the_fairest_coin_gives_no_expectation_of_gain(found: list[float]) -> None:
    """Of a difference and its negation, equally likely, the wealth against a mean of at most 0 stays 1 on average."""
    bets = Bets.start(1.0, 0.0).after(np.array(found[:-1]))
    either = [np.exp(bets.after(np.array([sign * found[-1]])).log_evidence(0.0)) for sign in (1, -1)]
    assert np.mean(either) == pytest.approx(np.exp(bets.log_evidence(0.0)))


def test_a_tolerated_harm_is_no_evidence_and_a_greater_one_is() -> None:
    rng = np.random.default_rng(0)
    tolerated, greater = (rng.normal(mean, 0.2, 4000).clip(-1, 1) for mean in (0.02, 0.08))
    assert Bets.start(1.0, 0.03).after(tolerated).log_evidence(0.03) < 0
    assert Bets.start(1.0, 0.03).after(greater).log_evidence(0.03) > 10


def test_the_interval_holds_the_mean_and_becomes_narrow() -> None:
    rng = np.random.default_rng(1)
    bets, widths = Bets.start(1.0, 0.0), []
    for _ in range(5):
        bets = bets.after(rng.normal(-0.05, 0.2, 2000).clip(-1, 1))
        lower, upper = bets.interval(ALPHA)
        assert lower <= -0.05 <= upper
        widths.append(upper - lower)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.03
    assert bets.interval(0.5)[0] >= lower
    assert bets.mean == pytest.approx(-0.05, abs=0.01)


def test_before_the_first_difference_nothing_is_known() -> None:
    bets = Bets.start(3.0, 0.0)
    assert bets.interval(ALPHA) == (-3.0, 3.0)
    assert bets.log_evidence(0.0) == pytest.approx(0.0)
    assert np.isnan(bets.mean)


@pytest.mark.parametrize(("bound", "tolerance"), [(0.0, 0.0), (np.nan, 0.0), (1.0, 1.0), (1.0, -0.1), (np.inf, 0.0)])
def test_what_bounds_nothing_is_refused(bound: float, tolerance: float) -> None:
    with pytest.raises(ValueError, match="bound above 0"):
        Bets.start(bound, tolerance)


@pytest.mark.parametrize("difference", [1.1, np.nan, -np.inf])
def test_a_difference_beyond_the_bound_is_refused(difference: float) -> None:
    with pytest.raises(ValueError, match="is not in"):
        Bets.start(1.0, 0.0).after(np.array([0.5, difference]))


def test_a_mean_that_is_not_bet_against_is_refused() -> None:
    with pytest.raises(ValueError, match="none of the means"):
        Bets.start(1.0, 0.1).log_evidence(0.123)


@pytest.mark.slow
@pytest.mark.parametrize("tails", [np.inf, 3.0])
def test_without_harm_alarms_are_few_and_harm_is_found(tails: float) -> None:
    """A sample of what `python -m tests.monitoring` measures."""
    rng = np.random.default_rng(2)
    quiet = [first_alarm(*stream(rng, 3000, 0.0, tails)) for _ in range(200)]
    assert np.mean(np.array(quiet) > 0) <= ALPHA
    harmed = [first_alarm(*stream(rng, 8000, 2 / np.sqrt(1000), tails)) for _ in range(40)]
    assert np.mean(np.array(harmed) > 0) > 0.95
    assert np.median(harmed) < 4000
