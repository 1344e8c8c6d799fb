"""What a model of anyone's answers is read as predictions, or refused with what to do."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from mtl.errors import DataError
from mtl.tasks.foreign_answer import predictions_of_columns
from mtl.tasks.task import Task


def task(kind: str, classes: tuple[str, ...] = ()) -> Task:
    return Task("bought", kind, "mse", "r2", False, 0.0, 1.0, classes, 1.0)


def read(kind: str, classes: tuple[str, ...] = (), /, **columns: Sequence[object]) -> list[object]:
    found: list[object] = predictions_of_columns(task(kind, classes), pd.DataFrame(columns)).tolist()
    return found


def refusal(kind: str, classes: tuple[str, ...] = (), /, **columns: Sequence[object]) -> str:
    with pytest.raises(DataError) as refused:
        read(kind, classes, **columns)
    return str(refused.value)


def test_numbers_are_taken_as_they_are() -> None:
    assert read("regression", **{"0": [1, 2.5, -3]}) == [1.0, 2.5, -3.0]


def test_the_probability_of_class_1_is_found_by_name_or_place() -> None:
    assert read("binary", bought=[0.2, 0.7]) == [0.2, 0.7]
    assert read("binary", **{"0": [0.8, 0.3], "1": [0.2, 0.7]}) == [0.2, 0.7]
    assert read("binary", **{"1": [0.2, 0.7], "0": [0.8, 0.3]}) == [0.2, 0.7]
    assert read("binary", **{"False": [0.0, 1.0], "True": [1.0, 0.0]}) == [1.0, 0.0]


def test_probabilities_of_classes_are_found_by_their_names() -> None:
    assert read("multiclass", ("a", "b", "c"), c=[0.5, 0.1], a=[0.5, 0.9]) == [[0.5, 0.0, 0.5], [0.9, 0.0, 0.1]]
    ours: dict[str, Sequence[object]] = {
        "bought": ["a", "b"],
        "bought.a": [0.6, 0.1],
        "bought.b": [0.4, 0.9],
        "other": [1.0, 1.0],
    }
    assert read("multiclass", ("a", "b"), **ours) == [[0.6, 0.4], [0.1, 0.9]]


@pytest.mark.parametrize("answers", [[0, 1], [0.0, 1.0], [True, False], ["yes", "no"]])
def test_classes_are_no_probabilities_and_the_message_says_how_to_log_them(answers: list[object]) -> None:
    assert "predict_proba" in refusal("binary", **{"0": answers})
    assert "predict_proba" in refusal("multiclass", ("a", "b"), **{"0": answers})


def test_what_is_no_prediction_is_refused() -> None:
    assert refusal("regression", **{"0": [1.0, np.nan]}) == "1 of its answers are not finite"
    assert refusal("regression", **{"0": [1.0, np.inf]}) == "1 of its answers are not finite"
    assert refusal("regression", a=[1.0], b=[2.0]) == "one column, a number, was expected; it answers a, b"
    assert "outside [0, 1]" in refusal("binary", **{"0": [0.5, 1.5]})
    assert "do not sum to 1" in refusal("multiclass", ("a", "b"), a=[0.5], b=[0.6])
    assert "it answers 0, 1" in refusal("multiclass", ("a", "b"), **{"0": [0.5], "1": [0.5]})


def test_one_of_several_outputs_must_be_named() -> None:
    several = pd.DataFrame({"north": [1.0], "south": [2.0]})
    assert predictions_of_columns(task("regression"), several, "south").tolist() == [2.0]
    with pytest.raises(DataError, match="it answers north, south, and nothing that is named east"):
        predictions_of_columns(task("regression"), several, "east")
    with pytest.raises(DataError, match="nothing that is named bought"):
        predictions_of_columns(task("regression"), pd.DataFrame({"0": [1.0]}), named=True)
