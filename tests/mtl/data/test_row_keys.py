"""A row without a key is known by what it holds: the same row in another file, order or type is the same."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.data.row_keys import content_hashes, row_keys, split_keys
from mtl.data.splits import SIDES, split_rows
from mtl.spec import Spec
from tests.mtl.data.patients import TEXT, patients, spec
from tests.mtl.evaluation.cases import lightly

UNNAMED = TEXT.replace(", key: [id]", "")


def unnamed(more: str = "split: {by: hash, validation: 0.2, test: 0.3}\n") -> Spec:
    return spec(more, UNNAMED)


def hashes(table: pd.DataFrame, more: str = "") -> list[int]:
    return [int(found) for found in content_hashes(unnamed(more), table)]


def test_with_a_key_its_columns_name_a_row() -> None:
    assert row_keys(spec(), patients()).columns.tolist() == ["id"]
    assert split_keys(spec(), patients()).columns.tolist() == ["id"]


def test_rows_that_differ_in_any_cell_have_other_names() -> None:
    table = patients(200)
    assert row_keys(unnamed(), table)["content"].is_unique
    for column in ("age", "city", "note", "ill", "stage", "cost"):
        changed = table.assign(**{column: table[column].shift(1)})
        differs = ~(changed[column].eq(table[column]) | (changed[column].isna() & table[column].isna()))
        found = np.array(hashes(changed)) != np.array(hashes(table))
        assert (found == differs.to_numpy()).all()


def test_columns_that_are_only_checked_or_shown_name_no_row() -> None:
    table = patients()
    more = "checks: {columns: {ward: {min: 0}}}\nevaluation: {slices: [ward]}\n"
    assert hashes(table.assign(ward=0), more) == hashes(table)
    assert hashes(table, "evaluation: {unit: ward}\n") != hashes(table)


@pytest.mark.parametrize(
    ("column", "dtype"),
    [("age", "object"), ("age", "str"), ("age", "double[pyarrow]"), ("city", "category"), ("city", "object")],
)
def test_a_cell_is_the_same_however_its_column_was_read(column: str, dtype: str) -> None:
    table = patients()
    assert hashes(table.astype({column: dtype})) == hashes(table)


def test_whole_numbers_zeros_and_days_are_the_same_in_every_type() -> None:
    table = patients().assign(age=range(60), weight=0.0)
    typed = table.assign(age=[f"{age}.0" for age in range(60)], weight=-0.0)
    assert hashes(typed) == hashes(table) == hashes(table.astype({"age": "float64", "weight": "int8"}))
    day, by_day = patients()["day"], "split: {by: time, column: day}\n"
    assert hashes(patients().assign(day=day.dt.strftime("%Y-%m-%d")), by_day) == hashes(patients(), by_day)


def test_truth_values_are_no_numbers_and_cells_may_be_of_several_types() -> None:
    mixed = patients(4).assign(city=pd.Series([True, 1, "1", None], dtype=object), **dict.fromkeys(REST, 0))
    first, second, third, fourth = hashes(mixed)
    assert second == third
    assert len({first, second, fourth}) == 3


REST = ("age", "weight", "note", "ill", "stage", "cost")


@pytest.mark.slow
@lightly
@given(order=st.permutations(range(40)))
def test_the_order_of_rows_and_columns_is_no_matter(order: list[int]) -> None:
    table = patients(40)
    again = table.iloc[order][[*reversed(table.columns)]]
    assert sorted(hashes(again)) == sorted(hashes(table))
    assert hashes(again) == [hashes(table)[position] for position in order]


def test_rows_that_hold_the_same_are_told_apart_by_a_number_and_are_on_one_side() -> None:
    table = pd.concat([patients(100)] * 3, ignore_index=True)
    names = row_keys(unnamed(), table)["content"]
    assert names.is_unique
    assert names[100:200].tolist() == [f"{name}.1" for name in names[:100]]
    split = split_rows(unnamed(), table)
    for side in SIDES:
        positions = split.rows(side)
        assert sorted(positions % 100) == sorted(list(set(positions % 100)) * 3)


def test_rows_that_come_and_go_leave_the_others_on_their_sides() -> None:
    table = patients(200)
    part = table.iloc[::2]
    before, after = (split_rows(unnamed(), rows) for rows in (table, part))
    for side in SIDES:
        assert set(part["id"].iloc[after.rows(side)]) <= set(table["id"].iloc[before.rows(side)])


def test_a_published_split_without_a_key_draws_its_validation_rows_by_content() -> None:
    table = patients(100).assign(fold=["train"] * 70 + ["test"] * 30)
    split = split_rows(unnamed("split: {by: column, column: fold, train: [train], test: [test]}\n"), table)
    assert 3 <= len(split.validation) <= 25
    assert len(split.train) + len(split.validation) == 70
