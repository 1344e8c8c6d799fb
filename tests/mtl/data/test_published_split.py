"""A column that names each row's side is followed to the letter, or refused with what it holds."""

from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pytest

from mtl.data.splits import SIDES, split_rows
from mtl.errors import DataError
from tests.mtl.data.patients import patients, spec

Folds: TypeAlias = list[Any]
FOLDS = ["train"] * 30 + ["val"] * 10 + ["test"] * 15 + ["other"] * 4 + [None]
THREE = "split: {by: column, column: fold, train: [train], validation: [val], test: [test]}\n"
TWO = "split: {by: column, column: fold, train: [train, val], test: [test], validation_share: 0.3}\n"


def table(folds: Folds = FOLDS) -> pd.DataFrame:
    return patients(60).assign(fold=folds)


def sides(rule: str, rows: pd.DataFrame) -> dict[str, list[int]]:
    split = split_rows(spec(rule), rows)
    return {side: split.rows(side).tolist() for side in SIDES}


def problem(rule: str, rows: pd.DataFrame) -> str:
    with pytest.raises(DataError) as caught:
        split_rows(spec(rule), rows)
    return str(caught.value)


def test_each_row_is_on_the_side_that_its_value_names_and_others_are_on_none() -> None:
    found = sides(THREE, table())
    assert found == {"train": [*range(30)], "validation": [*range(30, 40)], "test": [*range(40, 55)]}


@pytest.mark.parametrize(
    ("folds", "values"),
    [
        (np.repeat([0, 1, 2], 20).tolist(), "train: [0], validation: [1], test: [2]"),
        (np.repeat([0.0, 1.0, 2.0], 20).tolist(), "train: [0], validation: ['1'], test: [2.0]"),
        (np.repeat(["00", "01", "02"], 20).tolist(), "train: [0], validation: ['01'], test: [2]"),
        ([True] * 20 + [False] * 40, "train: [true], test: [false]"),
        (["True"] * 20 + [None] * 20 + ["False"] * 20, "train: [true], test: [false]"),
    ],
)
def test_a_value_is_the_same_however_its_column_was_read(folds: Folds, values: str) -> None:
    found = sides(f"split: {{by: column, column: fold, {values}}}\n", table(folds))
    assert [*found["train"], *found["validation"]][:1] == [0]
    assert found["test"][-1] == 59


def test_without_values_for_validation_a_share_of_the_training_rows_validates_by_key_alone() -> None:
    found = sides(TWO, table())
    assert sorted(found["train"] + found["validation"]) == list(range(40))
    assert 4 <= len(found["validation"]) <= 20
    shuffled = table().sample(frac=1.0, random_state=1)
    again = sides(TWO, shuffled)
    for side in SIDES:
        assert sorted(shuffled["id"].iloc[again[side]]) == sorted(table()["id"].iloc[found[side]])


def test_a_value_that_no_row_has_is_told_with_those_there_are_and_their_counts() -> None:
    assert problem(THREE.replace("[test]", "[tst]"), table()) == (
        "patients.yaml:13: split: test: no row has 'tst' in column 'fold'; did you mean 'test'? the column holds"
        " train (30), test (15), val (10), other (4), nothing (1)"
    )


def test_a_side_that_is_empty_is_told_with_the_values_and_their_counts() -> None:
    told = problem("split: {by: column, column: fold, train: [a], test: [b]}\n", table(["a"] + ["b"] * 59))
    assert told.startswith("patients.yaml:13: split: the ")
    assert "side is empty out of 60 rows; the column holds b (59), a (1); change the split" in told


def test_of_a_column_of_many_values_the_most_frequent_are_counted() -> None:
    told = problem(THREE, table(["a"] * 20 + [f"x{number}" for number in range(40)]))
    assert "a (20), x0 (1)" in told
    assert told.endswith("31 other values")
