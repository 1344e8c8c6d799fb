"""Drift is an effect: chance is not told of, however few the rows; nor is a trifle, however many they are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.data.drift import CHANCE, Drift, drift_of
from mtl.data.profile import ColumnProfile, counted

SMALL, LARGE = 0.1, 0.25
EDGES = tuple(np.quantile(np.random.default_rng(0).standard_normal(100_000), np.linspace(0, 1, 11)[1:-1]))
NUMBERS = ColumnProfile("x", "", "numbers", EDGES, (), (0,) * 10, 0)
WORDS = ColumnProfile("w", "", "words", (), ("a", "b", "c"), (500, 300, 200, 0), 0)


def drawn(rows: int, mean: float = 0.0, spread: float = 1.0, seed: int = 0) -> ColumnProfile:
    values = mean + spread * np.random.default_rng(seed).standard_normal(rows)
    return counted(NUMBERS, pd.Series(values))


def words(**counts: int) -> ColumnProfile:
    return counted(WORDS, pd.Series([word for word, count in counts.items() for _ in range(count)]))


def test_the_index_is_that_of_its_formula() -> None:
    found = drift_of(words(a=600, b=400), words(a=400, b=600))
    p, q = (np.array(each) / 1002.5 for each in ((600.5, 400.5, 0.5, 0.5, 0.5), (400.5, 600.5, 0.5, 0.5, 0.5)))
    assert found.index == pytest.approx(((q - p) * np.log(q / p)).sum())
    assert found.distance == pytest.approx(0.2)


def test_a_shift_of_half_a_deviation_is_told_and_a_trifle_among_a_million_rows_is_not() -> None:
    assert drift_of(drawn(5000), drawn(5000, mean=0.6, seed=1)).is_above(LARGE)
    assert not drift_of(drawn(1_000_000), drawn(1_000_000, mean=0.02, seed=1)).is_above(SMALL)
    assert drift_of(drawn(5000), drawn(5000, spread=2.5, seed=1)).is_above(LARGE)


def test_chance_is_told_of_as_seldom_as_it_says_however_few_the_rows() -> None:
    told = sum(drift_of(drawn(80, seed=2 * k), drawn(60, seed=2 * k + 1)).is_above(1e-9) for k in range(2000))
    assert told <= 2000 * 20 * CHANCE


def test_values_that_are_missing_now_are_a_drift() -> None:
    gone = counted(NUMBERS, pd.Series([np.nan] * 500 + [0.0] * 500))
    assert drift_of(drawn(1000), gone).is_above(LARGE)
    none = drift_of(drawn(1000), counted(NUMBERS, pd.Series([np.nan] * 1000)))
    assert (none.is_above(LARGE), none.distance) == (True, 0.0)


def test_words_that_no_row_had_are_counted_where_all_were_named() -> None:
    found = drift_of(WORDS, words(a=500, b=300, c=180, d=20))
    assert (found.unknown, found.is_above(SMALL)) == (0.02, False)
    rest = ColumnProfile("w", "", "words", (), ("a", "b", "c"), (500, 300, 200, 5), 0)
    assert drift_of(rest, words(a=500, d=500)).unknown == 0, "d may be among the others"


@given(st.lists(st.integers(0, 1000), min_size=4, max_size=4), st.lists(st.integers(0, 1000), min_size=4, max_size=4))
def test_the_index_is_never_negative_and_the_same_both_ways(one: list[int], other: list[int]) -> None:
    a, b = (ColumnProfile("w", "", "words", (), ("a", "b", "c"), tuple(each), 3) for each in (one, other))
    there, back = drift_of(a, b), drift_of(b, a)
    assert there.index >= 0
    assert there.index == pytest.approx(back.index)
    assert 0 <= there.distance <= 1 + 1e-12
    assert isinstance(there, Drift)
