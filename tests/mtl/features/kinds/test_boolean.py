"""Truth values, however a column says them."""

import pandas as pd
import pytest

from mtl.features.kinds.boolean import Boolean, BooleanColumn
from mtl.spec import ModelSpec


def fit(values: object) -> Boolean:
    return Boolean.fit(("x",), pd.DataFrame({"x": values}), ModelSpec())


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([True, False, None, True], dtype="boolean"),
        pd.Series([True, False, None, True], dtype=object),
        pd.Series([1, 0, None, 1], dtype="Int8"),
        pd.Series([1.0, 0.0, None, 1.0]),
        pd.Series(["true", "False", None, "1"], dtype=object),
    ],
)
def test_a_missing_one_is_the_share_of_the_true_with_an_indicator(values: pd.Series) -> None:
    fitted = fit(values)
    assert fitted.fitted == (BooleanColumn(2 / 3, True),)
    assert fitted.apply(pd.DataFrame({"x": values})).tolist() == [[1, 0], [0, 0], [pytest.approx(2 / 3), 1], [1, 0]]


def test_without_a_gap_on_the_training_side_there_is_no_indicator() -> None:
    assert fit([True, False]).apply(pd.DataFrame({"x": [None, False]})).tolist() == [[0.5], [0]]
    assert fit([None, None]).apply(pd.DataFrame({"x": [None, True]})).tolist() == [[0], [1]]


def test_anything_else_is_missing() -> None:
    assert fit([True, False]).apply(pd.DataFrame({"x": [2, "maybe", -1.0]})).tolist() == [[0.5]] * 3
