"""Bounds over rows and seeds: what they are made of, and that they hold as often as they say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import zscore

from mtl.evaluation.procedure_difference import (
    ProcedureDifference,
    Trained,
    critical_value,
    procedure_difference,
    satterthwaite_degrees,
)
from mtl.evaluation.resampled import Resampled
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.jsonable import from_json, to_json
from tests.mtl.evaluation.cases import lightly

UNITS = 1000
TRIALS = 200_000
TRUTH = TaskTruth("t", "regression", "r2", np.arange(float(UNITS)), np.arange(UNITS))
ROWS = np.sqrt(1 - 1 / UNITS) * zscore(np.random.default_rng(0).standard_normal(2000))
"""Resampled differences whose standard error is one."""


def trained(values: FloatArray, rows: FloatArray | None = None, *, draws: bool = True) -> Trained:
    """Models of these values; each moves with the rows alike."""
    moves = np.zeros(len(ROWS)) if rows is None else rows
    return Trained([Resampled(float(value), value + moves) for value in values], draws=draws)


def judged(candidate: FloatArray, reference: FloatArray, confidence: float = 0.95) -> ProcedureDifference:
    return procedure_difference(TRUTH, trained(candidate, ROWS), trained(reference), confidence)


def t_and_critical(
    spread: float, seeds: int, level: float, effect: float = 0.0, *, reference_draws: bool = True
) -> tuple[FloatArray, FloatArray]:
    """Simulated D / √V with what it must exceed: rows' standard error one, values of seeds normal.

    Args:
        spread: standard deviation over seeds of the paired difference.
        seeds: of each side that draws.
        level: of the bound.
        effect: the true difference.
        reference_draws: False where all the spread is the candidate's.
    """
    rng = np.random.default_rng(int(10 * spread) + seeds)
    sides = 1 + reference_draws
    difference = effect + rng.standard_normal(TRIALS) * np.sqrt(1.0 + spread**2 / seeds)
    each = spread**2 / sides / seeds * rng.chisquare(seeds - 1, (sides, TRIALS)) / (seeds - 1)
    variances = [rng.chisquare(UNITS - 1, TRIALS) / (UNITS - 1), *each]
    degrees = [UNITS - 1] + [seeds - 1] * sides
    total = np.sum(variances, axis=0)
    freedom = satterthwaite_degrees(variances, degrees)
    return difference / np.sqrt(total), critical_value(
        level, variances[0] / total, (UNITS - 1, sum(degrees[1:])), freedom
    )


def test_errors_of_rows_and_seeds_add_up() -> None:
    found = judged(np.array([5.0, 6.0, 7.0]), np.array([1.0, 3.0]))
    assert (found.candidate, found.reference, found.difference) == (6.0, 2.0, 4.0)
    assert found.rows_error == pytest.approx(1.0)
    assert found.seeds_error**2 == pytest.approx(1.0 / 3 + 2.0 / 2)
    total = 1.0 + 1.0 / 3 + 1.0
    assert found.degrees_of_freedom == pytest.approx(total**2 / (1 / 999 + (1 / 3) ** 2 / 2 + 1.0**2 / 1))
    assert found.seeds == (3, 2)
    assert found.rows_share == pytest.approx(1 / total)
    assert found.lower < 4.0 < found.upper
    assert found.upper - 4.0 == pytest.approx(4.0 - found.lower)


@pytest.mark.parametrize("reference_draws", [True, False])
@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("level", [0.05, 0.005, 0.001])
def test_what_is_no_better_is_found_better_as_seldom_as_the_level_says(
    level: float, spread: float, reference_draws: bool
) -> None:
    t, critical = t_and_critical(spread, 3, level, reference_draws=reference_draws)
    rate, error = np.mean(t > critical), np.sqrt(level / TRIALS)
    assert 0.02 * level < rate < level + 3.5 * error


@pytest.mark.parametrize(("spread", "seeds", "least"), [(0.0, 3, 0.9), (0.5, 3, 0.88), (1.0, 3, 0.8), (1.0, 5, 0.85)])
def test_a_difference_of_three_standard_errors_is_mostly_found(spread: float, seeds: int, least: float) -> None:
    t, critical = t_and_critical(spread, seeds, 0.05, effect=3.0)
    assert np.mean(t > critical) > least


@pytest.mark.parametrize("reference_draws", [True, False])
def test_the_whole_keeps_its_level_on_simulated_models(reference_draws: bool) -> None:
    """Each trial: one move of the rows for all, a value for each seed, and a bootstrap of the difference."""
    rng = np.random.default_rng(5)
    better = []
    for _ in range(1500):
        rows = rng.standard_normal()
        ours = trained(rows + rng.standard_normal(3) * np.sqrt(0.5), ROWS)
        theirs = rng.standard_normal(3 if reference_draws else 1) * np.sqrt(0.5) * reference_draws
        found = procedure_difference(TRUTH, ours, trained(theirs, draws=reference_draws), 0.95)
        better.append(found.lower > 0)
    assert np.mean(better) == pytest.approx(0.045, abs=3.5 * np.sqrt(0.05 * 0.95 / 1500))


def test_confidence_one_half_is_the_difference_itself() -> None:
    found = judged(np.array([5.0, 6.0, 7.0]), np.array([1.0, 3.0]), 0.5)
    assert found.lower == found.upper == found.difference == 4.0


def test_what_draws_nothing_adds_no_variance() -> None:
    one = procedure_difference(
        TRUTH, trained(np.array([3.0]), ROWS, draws=False), trained(np.zeros(1), draws=False), 0.95
    )
    assert (one.seeds_error, one.seeds_degrees, one.seeds) == (0.0, 0, (1, 1))
    assert one.degrees_of_freedom == pytest.approx(UNITS - 1)
    assert one.lower == pytest.approx(3.0 - 1.6464, abs=1e-3)  # Student's t with 999 degrees of freedom


def test_one_seed_of_what_draws_tells_nothing() -> None:
    found = judged(np.array([9.0]), np.array([1.0, 1.1]))
    assert np.isnan([found.lower, found.upper, found.seeds_error]).all()
    assert found.p_value() == 1.0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_an_undefined_model_leaves_no_bound(bad: float) -> None:
    found = judged(np.array([1.0, 2.0, bad]), np.array([0.0, 0.1, 0.2]))
    assert np.isnan([found.lower, found.upper]).all()
    assert found.p_value() == 1.0


def test_one_unit_leaves_no_bound() -> None:
    truth = TaskTruth("t", "regression", "r2", np.arange(5.0), np.zeros(5, np.int64))
    sides = trained(np.array([5.0, 6.0]), ROWS), trained(np.array([1.0, 2.0]))
    assert np.isnan(procedure_difference(truth, *sides, 0.95).lower)


def test_models_that_never_differ_are_not_better() -> None:
    found = judged(np.zeros(3), np.zeros(3))
    same = procedure_difference(TRUTH, trained(np.zeros(3)), trained(np.zeros(3)), 0.95)
    assert (same.lower, same.upper, same.p_value()) == (0.0, 0.0, 1.0)
    assert found.p_value() == pytest.approx(0.5)


def test_resamples_without_a_value_count_as_lost_and_more_than_a_few_leave_no_bound() -> None:
    def with_share(share: float) -> ProcedureDifference:
        rows = ROWS.copy()
        rows[: round(share * len(rows))] = np.nan
        return procedure_difference(TRUTH, trained(np.full(3, 4.0), rows), trained(np.zeros(3)), 0.95)

    whole, few, many = with_share(0.0), with_share(0.01), with_share(0.02)
    assert whole.lower > few.lower > 0
    assert few.p_value() > whole.p_value() + 0.0099
    assert np.isnan(many.lower)
    assert (
        procedure_difference(
            TRUTH, trained(np.full(3, 4.0), np.where(np.arange(2000) < 20, np.nan, ROWS)), trained(np.zeros(3)), 0.995
        ).lower
        == -np.inf
    )


@lightly
@given(st.floats(-3.0, 6.0), st.floats(0.0, 3.0), st.floats(0.001, 0.4))
def test_the_p_value_is_where_the_lower_bound_meets_the_margin(shift: float, spread: float, level: float) -> None:
    seeds = np.array([-1.0, 0.0, 1.0]) * spread
    found = judged(shift + seeds, seeds, 1.0 - level)
    assert (found.lower > 0.3) == (found.p_value(0.3) < level) or found.p_value(0.3) == pytest.approx(level)


@lightly
@given(st.floats(-3.0, 3.0), st.floats(0.0, 3.0), st.integers(2, 5))
def test_swapping_the_sides_turns_the_difference_round(shift: float, spread: float, seeds: int) -> None:
    ours, theirs = shift + spread * np.arange(float(seeds)), np.arange(float(seeds)) / seeds
    there = procedure_difference(TRUTH, trained(ours, ROWS), trained(theirs), 0.9)
    back = procedure_difference(TRUTH, trained(theirs), trained(ours, ROWS), 0.9)
    assert (back.difference, back.lower, back.upper) == pytest.approx((-there.difference, -there.upper, -there.lower))


def test_lower_is_better_where_the_metric_says_so() -> None:
    truth = replace(TRUTH, metric="mae")
    found = procedure_difference(truth, trained(np.array([1.0, 1.2]), ROWS), trained(np.array([6.0, 6.2])), 0.95)
    assert found.difference == pytest.approx(5.0)
    assert found.lower > 0


def test_it_survives_json() -> None:
    found = judged(np.array([5.0, 6.0, 7.0]), np.array([1.0, 3.0]))
    assert from_json(ProcedureDifference, to_json(found)) == found
    unbounded = judged(np.array([5.0]), np.array([1.0, 3.0]))
    assert np.isnan(from_json(ProcedureDifference, to_json(unbounded)).lower)
