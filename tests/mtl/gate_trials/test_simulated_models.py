"""Simulated models are as good, and as unlike, as is asked of them."""

import numpy as np
import pytest

from mtl.evaluation.metric import metric_named
from mtl.evaluation.paired_difference import Bootstrap, paired_difference
from mtl.evaluation.probabilities import are_probabilities
from mtl.gate_trials.simulated_models import MIDDLING, NoisyLabels, mixed
from tests.mtl.gate_trials.shapes import labels_of

METRICS = [
    ("regression", "r2", 0.3),
    ("regression", "mae", 1.2),
    ("regression", "rmse", 1.1),
    ("binary", "roc_auc", 0.7),
    ("binary", "log_loss", 0.5),
    ("binary", "average_precision", 0.8),
    ("multiclass", "macro_f1", 0.6),
    ("multiclass", "accuracy", 0.7),
]


@pytest.mark.parametrize(("kind", "metric", "value"), METRICS)
def test_a_model_has_the_value_that_is_asked(kind: str, metric: str, value: float) -> None:
    seen = NoisyLabels(labels_of(kind, metric))
    assert seen.value(seen.signal_of(value)) == pytest.approx(value, abs=0.02)


@pytest.mark.parametrize(("kind", "metric", "_"), METRICS)
def test_more_signal_is_better(kind: str, metric: str, _: float) -> None:
    seen, direction = NoisyLabels(labels_of(kind, metric)), metric_named(metric).direction
    values = [direction * seen.value(signal) for signal in (0.3, 1.0, 3.0)]
    assert values == sorted(values)
    assert direction * seen.slope(1.0) > 0


@pytest.mark.parametrize(("kind", "metric", "_"), METRICS)
def test_predictions_are_what_the_kind_wants(kind: str, metric: str, _: float) -> None:
    truth = labels_of(kind, metric)
    seen = NoisyLabels(truth)
    predictions = seen.predictions(2.0, seen.noise(np.random.default_rng(0)))
    assert truth.aligned(predictions).shape == predictions.shape
    assert kind == "regression" or are_probabilities(predictions)


def test_a_middling_model_is_worth_half_of_the_variance_and_an_auc_of_84() -> None:
    assert NoisyLabels(labels_of("regression", "r2", 4000)).value(MIDDLING) == pytest.approx(0.5, abs=0.02)
    assert NoisyLabels(labels_of("binary", "roc_auc", 4000)).value(MIDDLING) == pytest.approx(0.841, abs=0.015)


@pytest.mark.parametrize(("kind", "metric", "_"), METRICS[:5])
def test_two_models_differ_by_the_error_that_is_asked(kind: str, metric: str, _: float) -> None:
    truth = labels_of(kind, metric, 800)
    seen = NoisyLabels(truth)
    wanted = 0.6 * seen.rows_error(1.0, 0.8)
    alike, rng = seen.alike_for(1.0, wanted), np.random.default_rng(5)
    errors = []
    for _trial in range(6):
        common, *own = (seen.noise(rng) for _model in range(3))
        pair = [seen.predictions(1.0, mixed(common, each, alike)) for each in own]
        errors.append(paired_difference(truth, pair[0], pair[1], Bootstrap(200, 0.5)).standard_error)
    assert np.mean(errors) == pytest.approx(wanted, rel=0.15)


def test_an_error_beyond_all_is_that_of_models_that_have_nothing_in_common() -> None:
    seen = NoisyLabels(labels_of("regression", "r2"))
    assert seen.alike_for(1.0, 100.0) == 0.0
    assert seen.alike_for(1.0, np.nan) == 0.8


def test_rows_of_a_unit_are_seen_alike() -> None:
    seen = NoisyLabels(labels_of("regression", "r2", 4000, per_unit=2))
    noise = seen.noise(np.random.default_rng(0))[:, 0]
    assert np.corrcoef(noise[::2], noise[1::2])[0, 1] == pytest.approx(0.1, abs=0.06)
    assert noise.std() == pytest.approx(1.0, abs=0.05)


def test_a_value_that_no_model_has_is_the_nearest() -> None:
    seen = NoisyLabels(labels_of("regression", "r2"))
    assert seen.signal_of(2.0) == pytest.approx(30.0)
    assert seen.signal_of(-5.0) == pytest.approx(0.01, rel=0.01)
