import numpy as np
import pandas as pd

from mtl.data.profile import Profile, column_profile
from mtl.monitoring.moved_columns import compare_columns

RNG = np.random.default_rng(0)
AGES = pd.Series(RNG.normal(50, 10, 5000), name="age")
TOWNS = pd.Series(RNG.choice(["Ulm", "Bonn"], 5000), name="town")
RISK = pd.Series(RNG.random(2000), name="risk")
INPUTS = Profile(5000, (column_profile(AGES, "", "numeric"), column_profile(TOWNS, "", "categorical")))
LABELLED = Profile(5000, (*INPUTS.columns, column_profile(AGES.rename("weight"), "weight", "label")))
ANSWERS = Profile(2000, (column_profile(RISK, "", "numeric"),))


def logged(rows: int, seed: int, shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "input.age": rng.normal(50 + shift, 10, rows),
            "input.town": rng.choice(["Ulm", "Bonn"], rows),
            "input.weight": rng.normal(0, 1, rows),
            "prediction.risk": rng.random(rows),
        }
    )


def test_like_rows_have_not_moved_however_few_or_many() -> None:
    for rows in (20, 500, 100_000):
        found = compare_columns(INPUTS, ANSWERS, logged(rows, 1))
        assert [each.name for each in found if each.moved] == []
        assert {each.name for each in found} == {"input.age", "input.town", "prediction.risk"}


def test_a_column_that_has_moved_comes_first() -> None:
    found = compare_columns(INPUTS, ANSWERS, logged(2000, 1, shift=15))
    assert [each.name for each in found if each.moved] == ["input.age"]
    assert found[0].name == "input.age"


def test_of_a_million_rows_a_small_change_is_none() -> None:
    found = compare_columns(INPUTS, ANSWERS, logged(1_000_000, 1, shift=0.5))
    assert not any(each.moved for each in found)


def test_labels_are_not_compared_with_inputs_of_their_name_nor_is_anything_without_rows() -> None:
    names = {each.name for each in compare_columns(LABELLED, ANSWERS, logged(100, 1))}
    assert "input.weight" not in names
    assert compare_columns(INPUTS, ANSWERS, logged(0, 1)) == ()
    assert [each.name for each in compare_columns(None, ANSWERS, logged(100, 1))] == ["prediction.risk"]
