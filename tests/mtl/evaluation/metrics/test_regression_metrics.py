"""R², RMSE and MAE: by hand, at the edge of what float64 holds, and where they are undefined."""

import numpy as np
import pytest

from mtl.evaluation.metric import metric_named, score_all


def test_values_by_hand() -> None:
    values = score_all("regression", np.array([0.0, 2.0, 4.0]), np.array([1.0, 2.0, 2.0]))
    assert [values[name] for name in ("r2", "rmse", "mae")] == pytest.approx([1 - 5 / 8, np.sqrt(5 / 3), 1.0])


@pytest.mark.parametrize("rows", [3, 100_000])
def test_r2_is_undefined_for_constant_labels(rows: int) -> None:
    values = score_all("regression", np.full(rows, 0.1), np.linspace(0.0, 0.2, rows))
    assert np.isnan(values["r2"])
    assert np.isfinite(values["mae"])


def test_labels_far_from_zero_lose_no_accuracy() -> None:
    rng = np.random.default_rng(8)
    labels, metric, unit = rng.normal(3.0, 2.0, 300), metric_named("r2"), np.arange(300)
    predictions, counts = labels + rng.normal(size=300), rng.integers(3, size=(10, 300)).astype(np.float64)
    far = metric.rescorer(labels + 1e7, predictions + 1e7, unit)(counts)
    assert far == pytest.approx(metric.rescorer(labels, predictions, unit)(counts), rel=1e-6)


@pytest.mark.parametrize("pair", [(0.1, 0.7), (-0.7, -1.3)])  # the second leaves a spread of 1e-16 by rounding
def test_a_resample_of_one_label_has_no_r2(pair: tuple[float, float]) -> None:
    labels, unit = np.array([pair[0], pair[0], pair[1]]), np.array([0, 0, 1])
    counts = np.array([[7.0, 0.0], [1.0, 1.0]])
    values = metric_named("r2").rescorer(labels, np.array([0.2, 0.3, 0.4]), unit)(counts)
    assert np.isnan(values).tolist() == [True, False]


def test_finite_predictions_too_large_to_square_score_infinity_without_a_warning() -> None:
    labels = np.array([0.0, 1.0])
    assert metric_named("rmse").score(labels, np.full(2, 1e300)) == np.inf
    assert metric_named("r2").score(labels, np.full(2, 1e300)) == -np.inf
