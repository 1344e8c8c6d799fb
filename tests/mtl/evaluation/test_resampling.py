"""Which units each resample takes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.evaluation import resampling
from mtl.evaluation.metric import metric_named
from mtl.evaluation.resampling import CHUNK, chunk_of, draws
from tests.mtl.evaluation.cases import lightly


@lightly
@given(st.integers(1, 30), st.integers(1, 40), st.integers(1, 50), st.integers(0, 2**32 - 1))
def test_each_resample_takes_as_many_units_as_there_are(units: int, resamples: int, chunk: int, seed: int) -> None:
    chunks = list(draws(units, resamples, chunk, seed))
    assert all(len(counts) <= chunk for counts in chunks)
    taken = np.concatenate(chunks)
    assert taken.shape == (resamples, units)
    assert taken.dtype == np.float64
    assert (taken >= 0).all()
    np.testing.assert_array_equal(taken.sum(axis=1), units)


@lightly
@given(st.integers(1, 30), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_a_seed_draws_the_same_again_and_the_first_ones_do_not_depend_on_how_many_follow(
    units: int, chunk: int, seed: int
) -> None:
    few, many = (np.concatenate(list(draws(units, resamples, chunk, seed))) for resamples in (chunk, 3 * chunk))
    np.testing.assert_array_equal(many[:chunk], few)
    assert len(many) == 3 * chunk


def test_every_unit_is_taken_equally_often_on_average() -> None:
    taken = np.concatenate(list(draws(10, 4000, 500, seed=0)))
    np.testing.assert_allclose(taken.mean(axis=0), 1.0, atol=0.06)  # four standard errors
    np.testing.assert_allclose(taken.var(axis=0), 0.9, atol=0.1)  # binomial: 10 · 0.1 · 0.9


def test_one_unit_is_taken_always() -> None:
    (taken,) = draws(1, 7, 10, seed=3)
    assert taken.tolist() == [[1.0]] * 7


@pytest.mark.parametrize("name", ["r2", "roc_auc"])
def test_a_chunk_is_bounded_by_memory_and_one_resample_at_least(name: str) -> None:
    metric = metric_named(name)
    assert chunk_of(metric, 100, 100) * metric.numbers_per_resample(100, 100) <= CHUNK
    assert chunk_of(metric, 10 * CHUNK, 10 * CHUNK) == 1


@pytest.mark.parametrize("at_once", [1, 7, 60])
def test_how_many_units_are_drawn_in_one_call_changes_nothing(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    (whole,) = draws(20, 30, 30, seed=1)
    monkeypatch.setattr(resampling, "AT_ONCE", at_once)
    (parts,) = draws(20, 30, 30, seed=1)
    np.testing.assert_array_equal(parts, whole)
