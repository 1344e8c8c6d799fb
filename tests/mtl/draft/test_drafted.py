"""What every column of a table is for."""

import numpy as np
import pandas as pd
import pytest

from mtl.draft.drafted import Draft, draft
from mtl.draft.sampling import Sample
from mtl.draft.seen_table import Seen, look_at

ROWS = 600
RNG = np.random.default_rng(0)
SIZE = RNG.normal(50, 9, ROWS).round(2)
BASE = {"size": SIZE, "town": RNG.choice(["A", "B"], ROWS), "price": (3 * SIZE + RNG.normal(size=ROWS)).round(2)}


def seen(**columns: object) -> Seen:
    table = pd.DataFrame({**BASE, **columns})
    return look_at(Sample("rows.csv", table, len(table), f"all {len(table)} rows"))


def drafted(*targets: str, **columns: object) -> Draft:
    return draft(seen(**columns), targets or ("price",))


def reasons(found: Draft) -> dict[str, str]:
    return {name: reason for reason, names in found.left_out.items() for name in names}


def test_columns_are_features_of_their_kind() -> None:
    found = drafted(
        new=RNG.random(ROWS) < 0.5,
        day=pd.date_range("2024-01-01", periods=ROWS),
        note=[f"a b c d {n}" for n in range(ROWS)],
    )
    assert found.features == {
        "numeric": ("size",),
        "categorical": ("town",),
        "boolean": ("new",),
        "datetime": ("day",),
        "text": ("note",),
    }
    assert found.left_out == {}
    assert [task.name for task in found.tasks] == ["price"]


@pytest.mark.parametrize(
    ("name", "cells", "reason"),
    [
        ("one", 1, "holds one value"),
        ("none", None, "holds no value"),
        ("id", np.arange(ROWS), "names rows"),
        ("phone", [f"P{number}" for number in range(ROWS - 1)] + ["P0"], "names things, of which new ones will come"),
        (
            "fee",
            [f"$ {number}" for number in range(ROWS)],
            "holds numbers with signs or with thousands apart, which are words; write them plainly",
        ),
        ("vector", [[1, 2]] * ROWS, "holds what no kind of feature reads"),
        ("cents", 100 * BASE["price"] + 7, "tells price in every row, and is left out as a copy of it"),
        ("", SIZE, "has no name; give it one in the file, if it is to be used"),
        ("a\x07b", SIZE, "has a name that YAML cannot hold"),
    ],
)
def test_what_is_left_out_is_so_for_a_reason(name: str, cells: object, reason: str) -> None:
    found = drafted(**{name: cells})
    assert reasons(found)[name] == reason
    assert name not in [each for names in found.features.values() for each in names]


def test_a_column_that_stands_twice_is_left_out() -> None:
    table = pd.DataFrame(np.column_stack([SIZE, SIZE, BASE["price"]]), columns=["size", "size", "price"])
    table["town"] = BASE["town"]
    found = draft(look_at(Sample("rows.csv", table, ROWS, "all rows")), ["price"])
    assert reasons(found) == {"size": "stands several times in the header"}


def test_words_that_tell_a_class_in_every_row_are_a_copy() -> None:
    label = np.where(SIZE > 50, "big", "small")
    found = drafted("grade", grade=label, code=np.where(SIZE > 50, "B", "S"))
    assert reasons(found)["code"] == "tells grade in every row, and is left out as a copy of it"


def test_rows_of_a_person_are_a_group_and_the_person_no_feature() -> None:
    found = drafted(person_id=np.arange(ROWS) // 4, visit=np.arange(ROWS) % 4)
    assert (found.key, found.split.by, found.split.column) == (("person_id", "visit"), "group", "person_id")
    assert "visit" in found.features["numeric"]
    assert "person_id" not in found.features["numeric"]


def test_a_published_split_that_keeps_persons_whole_has_them_as_units() -> None:
    person = np.arange(ROWS) // 4
    sides = np.array(["train", "val", "test"])[person % 3]
    assert drafted(person_id=person, split=sides).unit == "person_id"
    assert drafted(person_id=person, split=np.array(["train", "test"])[np.arange(ROWS) % 2]).unit is None


def test_dates_that_are_read_are_spelled_out_and_no_others() -> None:
    day = pd.date_range("2024-01-01", periods=ROWS)
    found = drafted(a=day.strftime("%d.%m.%Y"), b=day.strftime("%Y-%m-%d"), c=day.strftime("%m/%d/%Y"))
    assert found.dates == {"a": "%d.%m.%Y", "c": "%m/%d/%Y"}


def test_a_key_that_is_told_is_not_looked_for() -> None:
    assert draft(seen(id=np.arange(ROWS)), ["price"], ["size"]).key == ("size",)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, "no column names a row, so that a row is known by what it holds: "),
        ({}, "price alone is learned: one task has nothing to share; "),
        ({"id": np.arange(ROWS), "at": pd.date_range("2024-01-01", periods=ROWS)}, "at: a model that is asked"),
        ({"code": RNG.integers(0, 5, ROWS)}, "code: few whole numbers; if they are names, list them under categorical"),
        ({"age": np.where(np.arange(ROWS) < 9, -999, RNG.integers(18, 90, ROWS))}, "age: -999, far from all"),
        ({"day": ["01/02/2024", "03/04/2024", "05/06/2024"] * (ROWS // 3)}, "day: read as %m/%d/%Y, though"),
    ],
)  # fmt: skip
def test_what_was_not_sure_is_said(columns: dict[str, object], told: str) -> None:
    assert [doubt for doubt in drafted(**columns).doubts if doubt.startswith(told)]


def test_rare_labels_and_few_rows_are_said() -> None:
    found = drafted("hit", "miss", hit=np.arange(ROWS) < 7, miss=np.arange(ROWS) < 300)
    assert "fewer than 20 rows of the rarest class were seen: hit (7); a side may hold none of them" in found.doubts
    few = pd.DataFrame(BASE).head(50)
    small = draft(look_at(Sample("rows.csv", few, 50, "all 50 rows")), ["price"])
    assert any(
        doubt.startswith("50 rows: the test side will hold fewer labels than the 100 that") for doubt in small.doubts
    )


def test_of_a_sample_it_is_said_which_rows_were_seen() -> None:
    table = pd.DataFrame(BASE)
    found = draft(look_at(Sample("rows.csv", table, 10**9, "600 of 1,000,000,000 rows")), ["price"])
    assert found.doubts[0].startswith("only 600 of 1,000,000,000 rows, were looked at: ")
