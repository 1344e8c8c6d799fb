"""What stands for missing values, and what may be a value after all."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.draft.marks_seen import marks_seen

RNG = np.random.default_rng(0)
AGES = RNG.integers(18, 90, 100)


def with_mark(values: NDArray[Any], mark: float) -> NDArray[Any]:
    return np.where(np.arange(len(values)) < 10, mark, values)


def test_nines_and_the_only_negatives_are_marks() -> None:
    table = pd.DataFrame({"age": with_mark(AGES, -999), "dose": with_mark(RNG.gamma(2.0, 1.0, 100), -50.0)})
    found = marks_seen(table)
    assert found.marks == (-999, -50)
    assert found.doubts[0] == (
        "age: -999, far from all other values, is taken for missing; remove it from data.missing if it is a value"
    )


def test_a_number_that_another_column_means_is_none() -> None:
    table = pd.DataFrame({"age": with_mark(AGES, 999), "price": np.arange(950, 1050)})
    found = marks_seen(table)
    assert found.marks == ()
    assert found.doubts == ("age: 999 may mean missing, but price hold it, too: if not, write it under data.missing",)


def test_a_number_that_is_only_far_away_is_told_and_not_taken() -> None:
    found = marks_seen(pd.DataFrame({"dose": [1.5, 2.5, 5.0, 5.0, 5.0]}))
    assert found.marks == ()
    assert found.doubts == (
        "dose: 5 stands far from the other values: if it means missing, write it under data.missing",
    )


def test_words_are_marks_and_numbers_behind_them_are_seen() -> None:
    cells = ["?", "NA", *map(str, with_mark(AGES, -999))]
    found = marks_seen(pd.DataFrame({"age": pd.Series(cells, dtype="str"), "n": range(102)}))
    assert found.marks == (-999, "?", "NA")


def test_infinity_is_missing() -> None:
    assert marks_seen(pd.DataFrame({"ratio": [1.0, 2.0, np.inf, -np.inf]})).marks == ("inf", "-inf")
