import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from mtl.evaluation.metrics import CATALOG, score_all
from mtl.spec.tasks_section import METRICS, TaskKind
from tests.mtl.evaluation.cases import KIND_AND_METRIC, KINDS, lightly, make_predictions, make_truth

LOWER_IS_BETTER = {"log_loss", "brier", "rmse", "mae"}


def test_the_catalog_holds_every_metric_of_a_spec_and_no_other() -> None:
    assert set(CATALOG) == {name for names in METRICS.values() for name in names}
    assert all(CATALOG[name].name == name for name in CATALOG)


def test_losses_are_better_when_lower_and_scores_when_higher() -> None:
    assert {name for name, metric in CATALOG.items() if metric.direction == -1} == LOWER_IS_BETTER


@pytest.mark.parametrize(("kind", "name"), KIND_AND_METRIC)
def test_better_predictions_are_better_in_the_metrics_direction(kind: TaskKind, name: str) -> None:
    rng = np.random.default_rng(1)
    truth, metric = make_truth(kind, name, rng, rows=2000), CATALOG[name]
    good, bad = (metric.score(truth.labels, make_predictions(truth, rng, noise)) for noise in (0.3, 3.0))
    assert metric.direction * (good - bad) > 0


def test_binary_values_are_scikit_learns() -> None:
    rng = np.random.default_rng(2)
    truth = make_truth("binary", "roc_auc", rng, rows=200)
    y, p = truth.labels, make_predictions(truth, rng, decimals=1)
    assert score_all("binary", y, p) == pytest.approx(
        {
            "roc_auc": sk.roc_auc_score(y, p),
            "average_precision": sk.average_precision_score(y, p),
            "log_loss": sk.log_loss(y, p),
            "brier": sk.brier_score_loss(y, p),
            "accuracy": sk.accuracy_score(y, p >= 0.5),
            "f1": sk.f1_score(y, p >= 0.5),
        }
    )


def test_multiclass_values_are_scikit_learns() -> None:
    rng = np.random.default_rng(3)
    truth = make_truth("multiclass", "accuracy", rng, rows=200)
    y, p = truth.labels, make_predictions(truth, rng)
    assert score_all("multiclass", y, p) == pytest.approx(
        {
            "accuracy": sk.accuracy_score(y, p.argmax(1)),
            "balanced_accuracy": sk.balanced_accuracy_score(y, p.argmax(1)),
            "macro_f1": sk.f1_score(y, p.argmax(1), average="macro"),
            "log_loss": sk.log_loss(y, p),
        }
    )


def test_regression_values_by_hand() -> None:
    values = score_all("regression", np.array([0.0, 2.0, 4.0]), np.array([1.0, 2.0, 2.0]))
    assert values == pytest.approx({"r2": 1 - 5 / 8, "rmse": np.sqrt(5 / 3), "mae": 1.0})


@lightly
@given(st.sampled_from(KIND_AND_METRIC), st.integers(0, 2**32 - 1))
def test_a_weight_of_two_counts_a_row_twice_and_of_zero_not_at_all(case: tuple[TaskKind, str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth, metric = make_truth(*case, rng, rows=12), CATALOG[case[1]]
    predictions, counts = make_predictions(truth, rng, decimals=1), rng.integers(3, size=12)
    repeated = np.repeat(np.arange(12), counts)
    weighted = metric.score(truth.labels, predictions, counts.astype(np.float64))
    assert weighted == pytest.approx(metric.score(truth.labels[repeated], predictions[repeated]), nan_ok=True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_prediction_that_is_not_finite_makes_every_metric_nan(kind: TaskKind, bad: float) -> None:
    rng = np.random.default_rng(4)
    truth = make_truth(kind, METRICS[kind][0], rng)
    predictions = make_predictions(truth, rng)
    predictions[7] = bad
    assert np.isnan(list(score_all(kind, truth.labels, predictions).values())).all()


@pytest.mark.parametrize("kind", KINDS)
def test_no_rows_make_every_metric_nan(kind: TaskKind) -> None:
    predictions = np.zeros((0, 3)) if kind == "multiclass" else np.zeros(0)
    assert np.isnan(list(score_all(kind, np.zeros(0), predictions).values())).all()


def test_ranking_is_undefined_with_one_class_and_counting_is_not() -> None:
    values = score_all("binary", np.ones(3), np.array([0.9, 0.4, 0.8]))
    assert np.isnan([values["roc_auc"], values["average_precision"]]).all()
    assert values["accuracy"] == pytest.approx(2 / 3)
    assert values["log_loss"] == pytest.approx(-np.log([0.9, 0.4, 0.8]).mean())


def test_f1_is_undefined_without_a_positive_label_or_prediction() -> None:
    assert np.isnan(score_all("binary", np.zeros(3), np.full(3, 0.1))["f1"])


def test_r2_is_undefined_for_constant_labels() -> None:
    values = score_all("regression", np.full(3, 0.1), np.array([0.0, 0.1, 0.2]))
    assert np.isnan(values["r2"])
    assert values["mae"] == pytest.approx(0.2 / 3)


def test_the_classes_that_count_are_those_of_the_labels() -> None:
    labels, predictions = np.array([0.0, 0.0, 1.0, 1.0]), np.eye(3)[[0, 2, 1, 1]]
    values = score_all("multiclass", labels, predictions)
    assert values["balanced_accuracy"] == pytest.approx((0.5 + 1.0) / 2)
    assert values["macro_f1"] == pytest.approx((2 / 3 + 1.0) / 2)


@pytest.mark.parametrize(
    ("kind", "predictions"),
    [
        ("binary", [0.2, 1.3, 0.4]),
        ("binary", [-0.1, 0.3, 0.4]),
        ("multiclass", [[0.5, 0.5, 0.5], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        ("multiclass", [[1.5, -0.5, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
    ],
)
def test_what_is_no_probability_has_no_score(kind: TaskKind, predictions: list[float]) -> None:
    assert np.isnan(list(score_all(kind, np.array([0.0, 1.0, 0.0]), np.array(predictions)).values())).all()


def test_float32_probabilities_that_sum_to_one_only_roughly_are_accepted() -> None:
    rng = np.random.default_rng(5)
    truth = make_truth("multiclass", "log_loss", rng, rows=500)
    exact = make_predictions(truth, rng)
    rough = exact.astype(np.float32)
    assert score_all("multiclass", truth.labels, rough) == pytest.approx(
        score_all("multiclass", truth.labels, exact), rel=1e-5
    )


def test_a_certain_and_wrong_probability_costs_much_but_not_infinitely_much() -> None:
    loss = CATALOG["log_loss"].score(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    assert 10 < loss < 40


def test_finite_predictions_too_large_to_square_score_infinity_without_a_warning() -> None:
    labels = np.array([0.0, 1.0])
    assert CATALOG["rmse"].score(labels, np.full(2, 1e300)) == np.inf
    assert CATALOG["r2"].score(labels, np.full(2, 1e300)) == -np.inf
