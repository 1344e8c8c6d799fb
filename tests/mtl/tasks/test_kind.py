"""What is so of every kind of task there is, and so of a new one by itself."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mtl.errors import DataError, SpecError
from mtl.evaluation.metric import metric_named
from mtl.extensions import KINDS, LOSSES, METRICS
from mtl.tasks.kind import Kind, kind_named
from mtl.tasks.targets import predict, targets
from mtl.tasks.task import Task
from tests.mtl.evaluation.cases import lightly

EVERY = pytest.mark.parametrize("name", KINDS.names)


def some_labels(kind: Kind) -> pd.Series:
    """Labels of the kind, each twice, one missing."""
    values = kind.label_check.allowed or (3, 1, 10)
    return pd.Series([*values, None, *values], name="t", dtype=object)


def some_task(name: str) -> Task:
    kind = kind_named(name)
    classes = kind.classes_in(some_labels(kind))
    labels = kind.encode(some_labels(kind), classes)
    mean, scale = kind.mean_and_scale(labels[~np.isnan(labels)])
    return Task("t", name, kind.default_loss, kind.default_metric, False, mean, scale, classes, 1.0)


@EVERY
@lightly
@given(data=st.data())
def test_the_prediction_of_several_models_is_the_mean_of_theirs(name: str, data: st.DataObject) -> None:
    width = kind_named(name).width(some_task(name).classes)
    members, rows = data.draw(st.integers(1, 5)), data.draw(st.integers(0, 4))
    numbers = st.floats(-80, 80)
    count = members * rows * width
    drawn = data.draw(st.lists(numbers, min_size=count, max_size=count))
    outputs = torch.tensor(drawn, dtype=torch.float64).view(members, rows, width)
    kind = kind_named(name)
    together = kind.averaged(outputs)
    assert together.shape == (rows, width)
    each = torch.stack([kind.link(member) for member in outputs])
    torch.testing.assert_close(kind.link(together), each.mean(dim=0), rtol=1e-7, atol=1e-12)


@EVERY
def test_the_loss_and_the_metric_of_a_kind_are_for_it(name: str) -> None:
    kind = kind_named(name)
    assert name in LOSSES.get(kind.default_loss).kinds
    assert name in METRICS.get(kind.default_metric).kinds
    assert kind.__doc__


@EVERY
def test_labels_are_numbers_and_nan_where_there_is_none(name: str) -> None:
    kind, task = kind_named(name), some_task(name)
    column = some_labels(kind)
    labels = kind.encode(column, task.classes)
    assert labels.dtype == np.float64
    assert np.isnan(labels).tolist() == column.isna().tolist()
    num_classes = kind.num_classes(task.classes)
    if num_classes:
        assert set(labels[~np.isnan(labels)]) <= set(range(num_classes))


@EVERY
def test_the_data_checks_ask_no_more_of_a_label_than_the_kind_does(name: str) -> None:
    kind = kind_named(name)
    if kind.label_check.numeric or kind.label_check.allowed is not None:
        with pytest.raises(DataError, match=r"label is .*; column 't' holds 'one'"):
            kind.encode(pd.Series(["one", "two"], name="t"), ())
    else:
        column = pd.Series(["one", "two"], name="t")
        assert not np.isnan(kind.encode(column, kind.classes_in(column))).any()


@EVERY
@lightly
@given(st.integers(0, 6), st.integers(0, 2**32 - 1))
def test_an_answer_holds_the_prediction(name: str, rows: int, seed: int) -> None:
    kind, task = kind_named(name), some_task(name)
    outputs = torch.randn(rows, task.width, generator=torch.Generator().manual_seed(seed))
    prediction = predict(task, outputs)
    assert prediction.shape == kind.prediction_shape(rows, task.classes)
    answer = pd.DataFrame(kind.answer("t", task.classes, prediction))
    types = kind.answer_types("t", task.classes)
    assert list(answer) == list(types)
    assert [kind == "double" for kind in types.values()] == [dtype == np.float64 for dtype in answer.dtypes]
    np.testing.assert_array_equal(kind.prediction_in("t", task.classes, answer), prediction)


@EVERY
def test_predictions_of_a_kind_can_be_scored_by_its_metric(name: str) -> None:
    task = some_task(name)
    labels = kind_named(name).encode(some_labels(kind_named(name)), task.classes)
    labels = labels[~np.isnan(labels)]
    prediction = predict(task, torch.randn(len(labels), task.width, generator=torch.Generator().manual_seed(1)))
    assert np.isfinite(metric_named(task.metric).score(labels, prediction))


@EVERY
def test_training_sees_finite_targets_and_class_indices_as_they_are(name: str) -> None:
    kind, task = kind_named(name), some_task(name)
    labels = kind.encode(some_labels(kind), task.classes)
    seen = targets(task, labels)[~np.isnan(labels)].numpy()
    assert np.isfinite(seen).all()
    if kind.num_classes(task.classes):
        assert seen.tolist() == labels[~np.isnan(labels)].tolist()


def test_a_kind_that_there_is_not_is_named_with_those_that_there_are() -> None:
    with pytest.raises(SpecError, match="no kind of task 'regresion'; did you mean 'regression'"):
        kind_named("regresion")
    described = {**some_task("binary").to_dict(), "kind": "x"}
    with pytest.raises(SpecError, match=f"no kind of task 'x'; allowed: {', '.join(KINDS.names)}"):
        Task.from_dict(described)


@EVERY
@lightly
@given(data=st.data())
def test_the_link_of_an_array_is_that_of_a_tensor(name: str, data: st.DataObject) -> None:
    width, rows = kind_named(name).width(some_task(name).classes), data.draw(st.integers(1, 4))
    drawn = data.draw(st.lists(st.floats(-800, 800), min_size=rows * width, max_size=rows * width))
    outputs = np.array(drawn).reshape(rows, width)
    expected = kind_named(name).link(torch.from_numpy(outputs.copy())).numpy()
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(kind_named(name).link_array(outputs), expected, rtol=1e-12, atol=1e-12)
