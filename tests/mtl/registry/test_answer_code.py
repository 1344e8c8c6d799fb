"""What the process that asks a model makes of rows and of answers."""

import numpy as np
import pandas as pd
import pytest
from mlflow.models import ModelSignature
from mlflow.models.model import Model
from mlflow.types import ColSpec, DataType, Schema

from mtl.registry.answer_code import as_signed, as_table


def model_reading(**columns: DataType) -> Model:
    return Model(signature=ModelSignature(Schema([ColSpec(kind, name) for name, kind in columns.items()])))


def test_rows_are_given_as_the_signature_asks() -> None:
    rows = pd.DataFrame({"plan": [7.0, np.nan, 2.5], "news": [True, False, True], "age": [1.0, 2.0, 3.0]})
    signed = as_signed(rows, model_reading(plan=DataType.string, news=DataType.double, age=DataType.double))
    assert signed["plan"].tolist() == ["7", None, "2.5"]
    assert signed["news"].tolist() == [1.0, 0.0, 1.0]
    assert signed["age"].tolist() == [1.0, 2.0, 3.0]
    assert rows["news"].dtype == bool, "the rows themselves stay"


def test_rows_are_left_as_they_are_where_no_signature_asks_anything() -> None:
    rows = pd.DataFrame({"plan": [7, 8]})
    assert as_signed(rows, Model()) is rows


def test_a_column_that_the_rows_lack_is_left_to_the_model_to_miss() -> None:
    signed = as_signed(pd.DataFrame({"age": [1.0]}), model_reading(age=DataType.double, plan=DataType.string))
    assert list(signed.columns) == ["age"]


@pytest.mark.parametrize(
    ("answered", "classes", "columns"),
    [
        (np.zeros(3), (), ["0"]),
        ([1.0, 2.0], (), ["0"]),
        (pd.Series([1.0], name="spend"), (), ["spend"]),
        (pd.DataFrame({0: [1.0], "b": [2.0]}), (), ["0", "b"]),
        (np.zeros((3, 2)), (), ["0", "1"]),
        (np.zeros((3, 2)), ("no", "yes"), ["no", "yes"]),
        (np.zeros((3, 3)), ("no", "yes"), ["0", "1", "2"]),
    ],
)
def test_an_answer_has_columns_with_names(answered: object, classes: tuple[str, ...], columns: list[str]) -> None:
    assert list(as_table(answered, classes).columns) == columns


def test_an_answer_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the answer has the shape \(2, 2, 2\)"):
        as_table(np.zeros((2, 2, 2)), ())
