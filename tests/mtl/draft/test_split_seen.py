"""How rows should be split."""

import numpy as np
import pandas as pd
import pytest

from mtl.draft.column_look import look_at_column
from mtl.draft.split_seen import SplitSeen, find_split, published


def split_of(used: tuple[str, ...] = (), **columns: object) -> SplitSeen:
    table = pd.DataFrame(columns)
    return find_split([look_at_column(str(name), column) for name, column in table.items()], table, used)


@pytest.mark.parametrize(
    ("name", "cells", "sides"),
    [
        ("split", ["train", "val", "test"], {"train": ["train"], "validation": ["val"], "test": ["test"]}),
        ("usage", ["Training", "Test"], {"train": ["Training"], "test": ["Test"]}),
        ("fold", [1, 2, 10, 3], {"train": ["1", "2"], "validation": ["3"], "test": ["10"]}),
        ("cv_fold", ["fold1", "fold2", "fold3"], {"train": ["fold1"], "validation": ["fold2"], "test": ["fold3"]}),
        ("split", ["train", "other"], {}),
        ("split", ["a", "b", "c"], {}),
        ("fold", [0, 1], {}),
        ("rooms", [1, 2, 3], {}),
    ],
)
def test_published_splits_are_known_by_their_values(
    name: str, cells: list[object], sides: dict[str, list[str]]
) -> None:
    column = pd.Series(cells * 4)
    assert {side: list(values) for side, values in published(look_at_column(name, column), column)} == sides


def test_what_repeats_and_is_named_as_an_id_is_a_group() -> None:
    ids, rng = np.arange(600) // 4, np.random.default_rng(0)
    assert split_of(customer_id=ids, x=rng.normal(size=600)) == SplitSeen("group", "customer_id")
    assert split_of(age=ids, x=rng.normal(size=600)) == SplitSeen()
    assert split_of(("customer_id",), customer_id=ids) == SplitSeen()
    assert split_of(store_id=ids % 3) == SplitSeen(), "three stores are categories"
    assert split_of(row_id=np.arange(600)) == SplitSeen(), "nothing repeats"


def test_a_published_split_comes_before_a_group() -> None:
    found = split_of(user_id=np.arange(600) // 4, split=["train", "test", "train"] * 200)
    assert (found.by, found.column) == ("column", "split")
