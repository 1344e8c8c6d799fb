"""What was planted in generated tables is there: relatedness, noise, rare classes, missing labels."""

from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from mtl.examples.related_tasks import CLASSES, LabelKind, RelatedTasks

KINDS: tuple[LabelKind, ...] = ("regression", "binary", "multiclass", "regression")
PLAIN = RelatedTasks(relatedness=0.5, kinds=KINDS, rows=400)

shares = st.floats(0.0, 1.0)
described = st.builds(
    RelatedTasks,
    relatedness=shares,
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=4).map(tuple),
    rows=st.integers(50, 300),
    noise=shares,
    rarest=st.floats(0.05, 0.4),
    missing=st.floats(0.0, 0.9),
    columns=st.integers(2, 4),
    latents=st.integers(1, 2),
)


def signals_and_blocks(relatedness: float, seed: int) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """Signals of two tasks, and the blocks of features: shared, the first task's own, the second's own."""
    tasks = RelatedTasks(relatedness, ("regression", "regression"), rows=4000, columns=4, latents=2, frequency=0.2)
    features, signals = tasks.features_and_signals(np.random.default_rng(seed))
    return signals, np.split(features, 3, axis=1)


def explained(signal: NDArray[np.float64], block: NDArray[np.float64]) -> float:
    """Share of a signal's variance that a quadratic function of a block of features explains."""
    pairs = [block[:, i] * block[:, j] for i, j in combinations_with_replacement(range(block.shape[1]), 2)]
    design = np.column_stack([np.ones(len(block)), block, *pairs])
    left = signal - design @ np.linalg.lstsq(design, signal)[0]
    return float(1.0 - left.var() / signal.var())


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(described, st.integers(0, 2**32))
def test_a_table_follows_from_its_description_and_seed(tasks: RelatedTasks, seed: int) -> None:
    table = tasks.draw(seed)
    pd.testing.assert_frame_equal(table, tasks.draw(seed))
    assert list(table.columns) == ["id", *tasks.features, *tasks.tasks]
    assert len(table) == tasks.rows
    assert table["id"].is_unique
    assert np.isfinite(table[list(tasks.features)].to_numpy()).all()
    assert not table["x1"].equals(tasks.draw(seed + 1)["x1"])


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(described, st.integers(0, 2**32))
def test_labels_are_missing_to_the_share_that_was_asked_for(tasks: RelatedTasks, seed: int) -> None:
    missing = tasks.draw(seed)[list(tasks.tasks)].isna().sum()
    assert (missing == round(tasks.missing * tasks.rows)).all()


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(described, st.integers(0, 2**32))
def test_the_rarest_class_is_as_rare_as_asked(tasks: RelatedTasks, seed: int) -> None:
    table = replace(tasks, missing=0.0).draw(seed)
    for task, kind in zip(tasks.tasks, tasks.kinds, strict=True):
        if kind == "binary":
            assert set(table[task]) == {0.0, 1.0}
            assert table[task].mean() == pytest.approx(tasks.rarest, abs=1.5 / tasks.rows)
        if kind == "multiclass":
            counts = table[task].value_counts() / tasks.rows
            assert set(counts.index) == set(CLASSES)
            assert counts["high"] == pytest.approx(tasks.rarest, abs=1.5 / tasks.rows)
            assert counts["low"] == pytest.approx(counts["middle"], abs=2.5 / tasks.rows)


@pytest.mark.parametrize("relatedness", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_so_much_of_a_signal_is_read_from_the_shared_features_and_the_rest_from_its_own(
    relatedness: float, seed: int
) -> None:
    signals, (shared, *own) = signals_and_blocks(relatedness, seed)
    for signal, block in zip(signals, own, strict=True):
        assert signal.var() == pytest.approx(1.0, abs=0.1)
        assert explained(signal, shared) == pytest.approx(relatedness, abs=0.05)
        assert explained(signal, block) == pytest.approx(1.0 - relatedness, abs=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_unrelated_tasks_read_nothing_from_each_others_features_and_are_not_correlated(seed: int) -> None:
    signals, (_, first, second) = signals_and_blocks(0.0, seed)
    assert abs(np.corrcoef(*signals)[0, 1]) < 0.06
    assert explained(signals[0], second) < 0.02
    assert explained(signals[1], first) < 0.02


def test_fully_related_tasks_are_still_different_tasks() -> None:
    correlations = [abs(np.corrcoef(*signals_and_blocks(1.0, seed)[0])[0, 1]) for seed in range(10)]
    assert max(correlations) < 0.99
    assert np.ptp(correlations) > 0.2


@pytest.mark.parametrize("noise", [0.0, 0.3, 1.0])
def test_the_noise_is_its_share_of_the_labels_variance(noise: float) -> None:
    tasks = RelatedTasks(1.0, ("regression",), rows=5000, noise=noise)
    _, (signal,) = tasks.features_and_signals(np.random.default_rng(3))
    labels = tasks.draw(3)["task_1"].to_numpy()
    assert labels.var() == pytest.approx(1.0, abs=0.06)
    assert np.corrcoef(signal, labels)[0, 1] ** 2 == pytest.approx(1.0 - noise, abs=0.03)


def test_features_are_alike_whatever_the_relatedness_so_that_a_comparison_changes_it_alone() -> None:
    tables = [replace(PLAIN, relatedness=relatedness).draw(7) for relatedness in (0.0, 0.5, 1.0)]
    for other in tables[1:]:
        pd.testing.assert_frame_equal(tables[0][list(PLAIN.features)], other[list(PLAIN.features)])


def test_an_odd_description_is_refused() -> None:
    with pytest.raises(ValueError, match=r"relatedness 1\.1 must be between 0 and 1"):
        replace(PLAIN, relatedness=1.1)
    with pytest.raises(ValueError, match=r"noise -0\.1 must be between 0 and 1"):
        replace(PLAIN, noise=-0.1)
    with pytest.raises(ValueError, match="rarest nan must be between 0 and 1"):
        replace(PLAIN, rarest=np.nan)
    with pytest.raises(ValueError, match="a task and labels"):
        replace(PLAIN, missing=1.0)
    with pytest.raises(ValueError, match="a task and labels"):
        replace(PLAIN, kinds=())
    with pytest.raises(ValueError, match="latents 9 must be between 1 and the 8 columns"):
        replace(PLAIN, latents=9)
