"""By how much a probe changes a loss, and how sure that is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.explanation.gains import Gain, Losses, gain, losses_of, row_losses
from mtl.run_names import RunName
from tests.mtl.study.fitted import FittedStudy


def losses(mean: float, seeds: int = 3, units: int = 400, spread: float = 0.0, seed: int = 0) -> Losses:
    random = np.random.default_rng(seed)
    drawn = mean + 0.3 * random.standard_normal(units) + spread * random.standard_normal((seeds, 1))
    return Losses(drawn)


@given(st.floats(0.5, 3.0), st.floats(0.1, 3.0))
def test_a_gain_is_the_share_of_the_loss_that_is_saved(before: float, after: float) -> None:
    found = gain(Losses(np.full((2, 50), before)), Losses(np.full((3, 50), after)))
    assert found.share == pytest.approx((before - after) / before)
    assert found.error == pytest.approx(0.0, abs=1e-12)


def test_losses_are_paired_by_unit_and_seeds_add_their_own_error() -> None:
    same_rows = gain(losses(1.0), losses(0.9))
    assert same_rows.error < 0.001, "what rows have in common cancels"
    assert gain(losses(1.0, spread=0.2), losses(0.9, spread=0.2, seed=1)).error > 0.05


def test_a_difference_is_sure_from_two_errors_on_if_it_matters() -> None:
    assert Gain(0.1, 0.04).surely_above(0.02)
    assert not Gain(0.1, 0.06).surely_above(0.02)
    assert not Gain(0.01, 0.001).surely_above(0.02)
    assert not Gain(float("nan"), 0.001).surely_above(0.02)


@pytest.mark.slow
def test_losses_of_runs_are_those_of_validation_rows_with_a_label(fitted: FittedStudy) -> None:
    prepared = fitted.study.prepared
    results = [run.result for run in fitted.runs if run.name.approach]
    for position, task in enumerate(prepared.tasks):
        found = losses_of(prepared, task, results)
        labelled = int((~np.isnan(prepared.side("validation").labels[:, position])).sum())
        assert found.by_unit.shape == (len(results), labelled)
        assert np.isfinite(found.by_unit).all()
    alone = next(run.result for run in fitted.runs if run.name == RunName.single("diabetes", 0))
    task = next(task for task in prepared.tasks if task.name == "diabetes")
    assert losses_of(prepared, task, [alone]).mean == pytest.approx(alone.scores["diabetes"]["log_loss"])


@pytest.mark.slow
def test_errors_of_numbers_are_in_units_of_the_training_variance(fitted: FittedStudy) -> None:
    task = next(task for task in fitted.study.prepared.tasks if task.name == "hba1c")
    labels = np.array([task.mean, task.mean + task.scale])
    np.testing.assert_allclose(row_losses(task, labels, np.full(2, task.mean)), [0.0, 1.0])
