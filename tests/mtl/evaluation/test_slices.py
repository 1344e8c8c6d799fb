"""A slice on which the candidate is surely worse is found, and chance finds none."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from mtl.evaluation.paired_difference import Bootstrap
from mtl.evaluation.slices import SliceDifference, compare_slices, slices_of
from mtl.evaluation.truth import FloatArray, TaskTruth
from mtl.jsonable import from_json, to_json
from tests.mtl.evaluation.cases import KIND_AND_METRIC, make_predictions, make_truth

SOME = Bootstrap(2000, 0.95)
ROWS = 400
TRUTH = TaskTruth("price", "regression", "mae", np.zeros(ROWS), np.arange(ROWS))
PLANS = np.resize(["basic", "plus", "pro", "team"], ROWS)


def errors(rng: np.random.Generator, worse_on: str = "") -> FloatArray:
    """Of a model that errs by more on a plan."""
    return np.abs(rng.standard_normal(ROWS)) + (worse_on == PLANS)


def compared(ours: FloatArray, theirs: FloatArray, bootstrap: Bootstrap = SOME) -> Mapping[str, SliceDifference]:
    plans = {"plan": {"price": PLANS}}
    found = compare_slices({"price": TRUTH}, {"price": ours}, {"price": theirs}, plans, bootstrap)
    return {each.value: each for each in found}


def test_a_slice_where_the_candidate_is_worse_is_found_though_the_whole_is_better() -> None:
    rng = np.random.default_rng(0)
    found = compared(errors(rng, "pro"), errors(rng) + 0.5)
    assert [value for value, each in found.items() if each.surely_worse] == ["pro"]
    assert set(found) == set(PLANS)
    assert found["pro"].difference.labels == found["pro"].difference.units == 100
    assert found["pro"].difference.difference == pytest.approx(-0.5, abs=0.3)


@pytest.mark.slow
def test_chance_calls_a_slice_worse_as_seldom_as_all_together_may() -> None:
    """Models that are alike: one in twenty slices looks worse alone, any of four in 19 % of the trials."""
    rng = np.random.default_rng(1)
    trials = [compared(errors(rng), errors(rng), Bootstrap(1000, 0.95, seed)) for seed in range(250)]
    any_worse = np.mean([any(each.surely_worse for each in found.values()) for found in trials])
    assert any_worse < 0.05 + 3.5 * np.sqrt(0.05 * 0.95 / 250)


def test_bounds_are_corrected_for_all_slices_of_all_columns_and_tasks() -> None:
    rng = np.random.default_rng(2)
    truths = {"price": TRUTH, "cost": replace(TRUTH, task="cost")}
    ours, theirs = ({task: errors(rng) for task in truths} for _ in "ab")
    columns = {"plan": dict.fromkeys(truths, PLANS), "half": {"cost": np.repeat(["first", "second"], ROWS // 2)}}
    found = compare_slices(truths, ours, theirs, columns, SOME)
    assert len(found) == 2 * 4 + 2
    assert {each.difference.confidence for each in found} == {1 - 0.05 / 10}
    assert {(each.column, each.difference.task) for each in found} == {
        ("plan", "price"),
        ("plan", "cost"),
        ("half", "cost"),
    }


def test_values_with_too_few_labels_or_none_are_no_slices() -> None:
    values = np.array(["many"] * 200 + ["few"] * 29 + [""] * 100 + [None] * 71, dtype=object)
    assert set(slices_of(replace(TRUTH, labels=np.arange(float(ROWS))), values)) == {"many"}
    numbers = np.where(np.arange(ROWS) < 200, np.nan, 7.0)
    assert {value: len(rows) for value, rows in slices_of(TRUTH, numbers).items()} == {"7.0": 200}


def test_the_rarer_class_and_the_units_are_counted_too() -> None:
    labels = np.concatenate([np.repeat([0.0, 1.0], [171, 29]), np.repeat([0.0, 1.0], [170, 30])])
    truth = TaskTruth("t", "binary", "roc_auc", labels, np.arange(ROWS), ("no", "yes"))
    halves = np.repeat(["first", "second"], ROWS // 2)
    assert set(slices_of(truth, halves)) == {"second"}
    assert set(slices_of(replace(truth, units=np.arange(ROWS) // 10), halves)) == set()


def test_tasks_that_are_not_predicted_by_both_have_no_slices() -> None:
    columns = {"plan": {"price": PLANS, "unknown": PLANS}}
    assert compare_slices({"price": TRUTH}, {"price": np.ones(ROWS)}, {}, columns, SOME) == ()
    assert compare_slices({}, {}, {}, {}, SOME) == ()


@pytest.mark.parametrize(("kind", "metric"), KIND_AND_METRIC)
def test_every_metric_has_slices(kind: str, metric: str) -> None:
    rng = np.random.default_rng(3)
    truth = make_truth(kind, metric, rng, ROWS)
    good, bad = (make_predictions(truth, rng, noise) for noise in (0.3, 3.0))
    found = compare_slices({"task": truth}, {"task": bad}, {"task": good}, {"plan": {"task": PLANS}}, SOME)
    assert len(found) == 4
    assert all(each.surely_worse for each in found)


def test_values_that_are_not_aligned_are_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        slices_of(TRUTH, PLANS[:-1])


def test_a_candidate_without_a_value_is_not_called_worse() -> None:
    found = compared(np.full(ROWS, np.nan), np.ones(ROWS))
    assert not any(each.surely_worse for each in found.values())
    assert np.isnan([each.difference.upper for each in found.values()]).all()


def test_it_survives_json() -> None:
    rng = np.random.default_rng(4)
    each = compared(errors(rng), errors(rng))["pro"]
    assert from_json(SliceDifference, to_json(each)) == each
