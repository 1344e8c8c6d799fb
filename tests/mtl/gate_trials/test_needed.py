"""How many labels or seeds find a gain, by the variances of rows and seeds."""

from dataclasses import replace

import pytest

from mtl.gate_trials.gate_shape import Known
from mtl.gate_trials.needed import MOST_SEEDS, both_needed, labels_needed, power, seeds_needed
from tests.mtl.gate_trials.shapes import STEADY, shape_of

NOISY = replace(STEADY, rows_error=0.001, spread=(0.01, 0.01))
"""Rows tell all, seeds little."""


@pytest.mark.parametrize("known", [STEADY, NOISY, None])
def test_seeds_and_gain_help_and_labels_do_where_rows_are_what_is_unsure(known: Known | None) -> None:
    shape = shape_of(known)
    assert power(shape, 0.02) <= power(shape, 0.02, seeds=9) <= power(shape, 0.05, seeds=9)
    assert power(shape, 0.05) <= power(shape, 0.05, times=4.0) or known is NOISY


def test_more_tasks_are_harder() -> None:
    assert power(shape_of(STEADY, STEADY), 0.05) == pytest.approx(power(shape_of(STEADY), 0.05) ** 2)


def test_without_a_spread_labels_find_any_gain() -> None:
    shape = shape_of(STEADY)
    times = labels_needed(shape)
    assert times is not None
    # (2.13 + 0.84)² standard errors of .01 for a gain of .01
    assert times == pytest.approx(8.9, abs=0.3)
    assert power(shape, 0.02, times=times) >= 0.8 > power(shape, 0.02, times=times - 0.2)
    assert seeds_needed(shape) is None


def test_where_seeds_spread_only_seeds_help() -> None:
    shape = shape_of(NOISY)
    seeds = seeds_needed(shape)
    assert labels_needed(shape) is None
    assert seeds is not None
    assert 3 < seeds < MOST_SEEDS
    assert power(shape, 0.02, seeds=seeds) >= 0.8 > power(shape, 0.02, seeds=seeds - 1)


def test_where_neither_suffices_both_may() -> None:
    shape = shape_of(replace(STEADY, spread=(0.006, 0.006)))
    assert labels_needed(shape) is None
    assert seeds_needed(shape) is None
    both = both_needed(shape)
    assert both is not None
    assert power(shape, 0.02, *both) >= 0.8


def test_a_margin_that_the_gain_does_not_reach_is_out_of_reach() -> None:
    margin = shape_of(STEADY).policy.model_copy(update={"margin": 0.02})
    shape = shape_of(STEADY, policy=margin)
    assert (labels_needed(shape), seeds_needed(shape), both_needed(shape)) == (None, None, None)
