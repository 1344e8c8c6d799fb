"""A profile says how often which values are, and counts other rows in the same bins."""

from functools import cache

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from mtl.data.profile import FEWEST_RECENT, MOST_ROWS, ColumnProfile, Profile, counted, profile_of, recent_rows, sampled
from mtl.data.splits import split_rows
from mtl.jsonable import from_json, to_json
from tests.data_checks.houses import TEXT, houses, houses_spec

SPEC = houses_spec(TEXT.replace("  boolean: [garden]", "  boolean: [garden]\n  text: [note]"))


def table(rows: int = 1500) -> pd.DataFrame:
    notes = ["a quiet house"] * (rows - 10) + [""] * 10
    return houses(rows).assign(note=pd.Series(notes).replace("", None))


@cache
def profile() -> Profile:
    return profile_of(SPEC, table(), np.arange(1500))


def column(name: str) -> ColumnProfile:
    [found] = (each for each in profile().columns if name == (each.label_of or each.name))
    return found


def test_every_column_that_is_learned_from_is_told_apart_by_what_it_holds() -> None:
    holds = {each.label_of or each.name: each.holds for each in profile().columns}
    numbers = dict.fromkeys(("area", "rooms", "age", "price"), "numbers")
    words = dict.fromkeys(("town", "garden", "sold", "grade"), "words")
    assert holds == {**numbers, **words, "listed": "times", "note": "lengths"}


def test_numbers_fall_into_tenths_and_words_into_their_own() -> None:
    area, town = column("area"), column("town")
    assert len(area.counts) == 10
    assert set(area.counts) <= {149, 150, 151}
    assert dict(zip(town.words, town.counts, strict=False)) == table()["town"].value_counts().to_dict()
    assert (town.counts[-1], town.missing, town.rows) == (0, 0, 1500)


def test_missing_values_and_lengths_of_texts() -> None:
    note = column("note")
    assert (note.edges, note.counts, note.missing) == ((3.0,), (0, 1490), 10)


def test_only_the_most_frequent_words_are_named() -> None:
    many = table().assign(town=[f"town {row % 200}" for row in range(1500)])
    [town] = (each for each in profile_of(SPEC, many, np.arange(1500)).columns if each.name == "town")
    assert (len(town.words), sum(town.counts)) == (50, 1500)
    assert town.counts[-1] > 1000


def test_it_is_read_as_it_was_written() -> None:
    assert from_json(Profile, to_json(profile())) == profile()


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=60))
def test_each_row_is_counted_once(cells: list[float | None]) -> None:
    found = counted(column("area"), pd.Series(cells, dtype=float))
    assert found.rows == len(cells)
    assert found.missing == sum(cell is None for cell in cells)
    assert found.edges == column("area").edges


def test_the_same_rows_are_counted_as_before_and_others_in_their_bins() -> None:
    town = column("town")
    assert counted(town, table()["town"]) == town
    moved = counted(town, pd.Series(["Bonn", "Elsewhere", None]))
    assert (moved.counts[town.words.index("Bonn")], moved.counts[-1], moved.missing) == (1, 1, 1)
    listed = column("listed")
    assert counted(listed, pd.Series(["2050-01-01"])).counts[-1] == 1
    assert counted(listed, pd.Series(["no date"])).missing == 1


def test_of_a_time_split_the_newest_rows_are_compared() -> None:
    windows = "{by: time, column: listed, test_days: 100, validation_days: 300}"
    by_time = houses_spec(TEXT.replace("{by: hash, validation: 0.2, test: 0.3}", windows))
    split = split_rows(by_time, houses())
    assert len(split.validation) >= FEWEST_RECENT
    assert recent_rows(by_time, split) is split.validation
    by_hash = split_rows(houses_spec(), houses())
    assert recent_rows(houses_spec(), by_hash) is by_hash.train


def test_of_many_rows_some_are_looked_at_evenly() -> None:
    assert sampled(np.arange(5)).tolist() == [0, 1, 2, 3, 4]
    some = sampled(np.arange(10 * MOST_ROWS))
    assert (len(some), some[0], some[-1]) == (MOST_ROWS, 0, 10 * MOST_ROWS - 1)
