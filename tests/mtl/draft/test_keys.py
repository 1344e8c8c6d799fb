"""Which columns name a row."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mtl.draft.column_look import look_at_column
from mtl.draft.keys import find_key

ROWS = 60
RNG = np.random.default_rng(0)


def key_of(labels: tuple[str, ...] = (), **columns: object) -> tuple[str, ...]:
    table = pd.DataFrame(columns)
    looks = [look_at_column(str(name), column) for name, column in table.items()]
    return find_key(looks, table, labels, lambda names: not table.duplicated(list(names)).any())


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ({"age": RNG.normal(size=ROWS), "patient_id": RNG.permutation(ROWS) + 5000}, ("patient_id",)),
        ({"serial": range(ROWS), "person_id": range(ROWS)}, ("person_id",)),
        ({"name": [f"N{number}" for number in range(ROWS)], "age": RNG.normal(size=ROWS)}, ("name",)),
        ({"x": RNG.normal(size=ROWS), "n": range(100, 100 + ROWS)}, ("n",)),
        ({"x": RNG.normal(size=ROWS), "population": RNG.permutation(10_000)[:ROWS]}, ()),
        ({"x": RNG.normal(size=ROWS), "y": RNG.normal(size=ROWS)}, ()),
        ({"shop_id": [1, 2] * 30, "day": pd.date_range("2024-01-01", periods=30).repeat(2)}, ("shop_id", "day")),
        ({"a_id": [1, 2] * 30, "b_id": [1, 1, 2, 2] * 15, "visit": np.arange(60) // 4}, ("a_id", "b_id", "visit")),
        ({"a_id": [1, 2] * 30, "visit": [3] * 60}, ()),
        ({"id": [*range(ROWS - 1), None]}, ()),
    ],
)  # fmt: skip
def test_the_columns_that_name_rows(columns: dict[str, Any], key: tuple[str, ...]) -> None:
    assert key_of(**columns) == key


def test_a_label_is_no_key_and_all_rows_are_asked() -> None:
    assert key_of(("id",), id=range(ROWS), x=RNG.normal(size=ROWS)) == ()
    table = pd.DataFrame({"id": range(ROWS)})
    assert find_key([look_at_column("id", table["id"])], table, (), lambda names: False) == ()
