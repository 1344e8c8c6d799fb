"""Labels: what is one, what a task learns of those of the training side, and what it says when they are none."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.errors import DataError
from mtl.tasks.fit_task import fit_task
from mtl.tasks.task import Task, encode_labels
from tests.mtl.data.patients import BALANCED, TEXT, spec
from tests.mtl.evaluation.cases import lightly

NAN = float("nan")


def fit(name: str, labels: object, text: str = TEXT) -> Task:
    return fit_task(spec(text=text), name, pd.Series(labels, name=name))


def test_a_regression_task_knows_mean_and_spread_of_its_labels() -> None:
    task = fit("cost", [1.0, None, 3.0, 5.0, 7.0])
    assert (task.mean, task.scale, task.width, task.classes) == (4.0, math.sqrt(5.0), 1, ())
    assert task.prior_loss == pytest.approx(1.0)


def test_a_binary_task_knows_how_hard_it_is_to_guess() -> None:
    task = fit("ill", [0, 0, 0, 1, None])
    assert task.prior_loss == pytest.approx(-0.75 * math.log(0.75) - 0.25 * math.log(0.25))
    assert (task.mean, task.scale, task.width) == (0.0, 1.0, 1)


def test_a_multiclass_task_knows_its_classes_by_name() -> None:
    task = fit("stage", ["late", "early", None, "late", "none"])
    assert task.classes == ("early", "late", "none")
    assert task.width == 3
    assert task.prior_loss == pytest.approx(-0.5 * math.log(0.5) - 2 * 0.25 * math.log(0.25))


def test_the_prior_loss_of_huber_is_of_its_own_best_constant() -> None:
    # Standardised, the labels 0, 0, 0, 8 are three times −1/√3 and once √3, which pulls with slope 1 only: 3 · ⅓ = 1.
    task = fit("cost", [0.0, 0.0, 0.0, 8.0], TEXT.replace("{kind: regression}", "{kind: regression, loss: huber}"))
    assert task.prior_loss == pytest.approx((3 * (1 / 3) ** 2 / 2 + (4 / math.sqrt(3) - 1 / 3 - 0.5)) / 4)


def test_a_task_carries_what_the_spec_says_of_it() -> None:
    text = TEXT.replace("{kind: regression}", "{kind: regression, metric: mae, loss: huber, auxiliary: true}")
    task = fit("cost", [1.0, 2.0], text)
    assert (task.name, task.kind, task.loss, task.metric, task.auxiliary) == (
        "cost",
        "regression",
        "huber",
        "mae",
        True,
    )


def test_a_balanced_task_weighs_its_classes_and_finds_them_equally_hard_to_guess() -> None:
    ill, stage = fit("ill", [0, 0, 0, 1, None], BALANCED), fit("stage", ["a", "b", "b", None, "c", "c", "c"], BALANCED)
    assert ill.class_weights == pytest.approx((4 / (2 * 3), 4 / (2 * 1)))
    assert stage.class_weights == pytest.approx((6 / (3 * 1), 6 / (3 * 2), 6 / (3 * 3)))
    assert (ill.prior_loss, stage.prior_loss) == pytest.approx((math.log(2), math.log(3)))
    assert fit("ill", [0, 0, 0, 1, None]).class_weights == ()


def test_a_task_that_was_stored_before_there_were_weights_has_none() -> None:
    task = fit("ill", [0, 1, 1])
    assert Task.from_dict({key: value for key, value in task.to_dict().items() if key != "class_weights"}) == task


@pytest.mark.parametrize("text", [TEXT, BALANCED])
@pytest.mark.parametrize("name", ["ill", "stage", "cost"])
def test_a_task_survives_json(name: str, text: str) -> None:
    task = fit(name, [0, 1, 1], text)
    assert Task.from_dict(json.loads(json.dumps(task.to_dict(), allow_nan=False))) == task


@pytest.mark.parametrize("labels", [[0, 1, None], [0.0, 1.0, NAN], [False, True, None], ["0", "1", None]])
@pytest.mark.parametrize("dtype", [None, "object", "category"])
def test_binary_labels_are_0_and_1_or_false_and_true(labels: list[object], dtype: str | None) -> None:
    column = pd.Series(labels, dtype=dtype, name="ill")
    np.testing.assert_array_equal(encode_labels(fit("ill", column), column), [0, 1, NAN])


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (["yes", "no", "yes"], "'yes', 'no'"),
        ([-1, 1], "-1"),
        ([0, 1, 2], "2"),
        ([0.0, 0.5], "0.5"),
        ([0.0, math.inf], "inf"),
        (["", "1"], "''"),
        ([10, 11, 12, 13], "10, 11, 12"),
    ],
)
def test_other_binary_labels_are_an_error_that_shows_some_of_them(labels: list[object], shown: str) -> None:
    with pytest.raises(DataError) as caught:
        fit("ill", labels)
    start = "patients.yaml:8: tasks.ill: a binary label is 0 or 1, false or true; column 'ill' holds "
    assert str(caught.value) == f"{start}{shown}: recode it, or say multiclass"


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (["cheap", "dear"], "'cheap', 'dear'"),
        ([1.0, -math.inf, 2.0], "-inf"),
        ([1.0, 1e300], "1e+300"),
        (pd.to_datetime(["2020-01-01", "2020-01-02"]), "Timestamp('2020-01-01 00:00:00')"),
    ],
)
def test_other_regression_labels_are_an_error_that_shows_some_of_them(labels: object, shown: str) -> None:
    with pytest.raises(DataError) as caught:
        fit("cost", labels)
    start = "patients.yaml:10: tasks.cost: a regression label is a finite number; column 'cost' holds "
    assert str(caught.value).startswith(start + shown)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ([3, 1, 10], ["1", "10", "3"]),
        ([3.0, 1.0, 10.0, NAN], ["1", "10", "3"]),
        ([-1, 7, 7], ["-1", "7"]),
        ([True, False, None], ["False", "True"]),
        (["b", "ä", "", None], ["", "b", "ä"]),
        (pd.Categorical(["x", "y", None], categories=["y", "x", "unused"]), ["x", "y"]),
    ],
)
def test_classes_may_be_any_names_in_any_type(labels: object, names: list[str]) -> None:
    task = fit("stage", labels)
    assert list(task.classes) == names
    column = pd.Series(labels)
    encoded = encode_labels(task, column)
    assert np.isnan(encoded).tolist() == column.isna().tolist()
    assert set(encoded[~np.isnan(encoded)]) == set(range(len(names)))


@lightly
@given(st.lists(st.none() | st.sampled_from(["a", "b", "c"]), min_size=1, max_size=12))
def test_a_class_decodes_to_its_name(labels: list[str | None]) -> None:
    task = fit("stage", ["c", "a", "b"])
    encoded = encode_labels(task, pd.Series(labels, dtype=object))
    assert [None if np.isnan(code) else task.classes[int(code)] for code in encoded] == labels


def test_a_class_that_training_did_not_see_is_missing() -> None:
    task = fit("stage", [1, 2, 2])
    np.testing.assert_array_equal(encode_labels(task, pd.Series([1.0, 3.0, 2.0])), [0, NAN, 1])


@pytest.mark.parametrize("name", ["ill", "stage", "cost"])
@pytest.mark.parametrize(
    ("labels", "found"), [([], "0 labels with 0"), ([None], "0 labels with 0"), ([1, 1], "2 labels with 1")]
)
def test_a_task_needs_two_different_labels(name: str, labels: list[object], found: str) -> None:
    with pytest.raises(DataError, match=rf"tasks\.{name}: the training side holds {found} distinct values"):
        fit(name, pd.Series(labels, dtype=object))


def test_equal_labels_of_unlike_types_are_one_class() -> None:
    with pytest.raises(DataError, match="2 labels with 1 distinct"):
        fit("stage", pd.Series([7, 7.0], dtype=object))


def test_labels_whose_spread_is_lost_in_rounding_are_an_error() -> None:
    with pytest.raises(DataError, match="lie too close together"):
        fit("cost", [0.0, 1e-300])
