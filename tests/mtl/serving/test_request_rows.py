"""What a table's cells are read as together is what they are read as one by one, and what is wrong is named in full."""

import math
from dataclasses import dataclass

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.features.cells import CATEGORY, DATE, NUMBER, TEXT, TRUTH, Cell
from mtl.serving.request_body import RawTable, RequestError
from mtl.serving.request_rows import AT_ONCE, validate

SPELLINGS = st.sampled_from(
    ["1", "0", "1e0", " 2 ", "nan", "NaN", "-inf", "1_0", "true", "False", "2020-02-29", "x", ""]
)
CELLS = st.none() | st.booleans() | st.integers() | st.floats() | SPELLINGS | st.text(max_size=3)


@dataclass(frozen=True)
class Column:
    name: str
    cell: Cell


def one_by_one(cell: Cell, cells: list[object], spelled: bool) -> list[object] | int:
    """What each is read as, or the row of the first that is refused."""
    read: list[object] = []
    for row, value in enumerate(cells):
        try:
            read.append(cell.read(value, spelled))
        except ValueError:
            return row
    return read


@pytest.mark.parametrize("cell", [NUMBER, TRUTH, TEXT, CATEGORY, DATE])
@given(cells=st.lists(CELLS, min_size=1, max_size=5), spelled=st.booleans())
def test_cells_are_read_as_they_are_one_by_one(cell: Cell, cells: list[object], spelled: bool) -> None:
    expected = one_by_one(cell, cells, spelled)
    table = RawTable({"x": cells}, spelled)
    if isinstance(expected, int):
        with pytest.raises(RequestError, match=rf"column 'x' expects .* in row {expected}$"):
            validate(table, [Column("x", cell)])
        return
    dtype = "float64" if cell.type == "number" else object
    pd.testing.assert_series_equal(
        validate(table, [Column("x", cell)])["x"], pd.Series(expected, dtype=dtype, name="x")
    )


def test_the_row_that_is_wrong_is_found_behind_many() -> None:
    days: list[object] = ["2020-01-01"] * (3 * AT_ONCE)
    days[2 * AT_ONCE + 5] = "soon"
    with pytest.raises(RequestError, match=rf"got a string 'soon' in row {2 * AT_ONCE + 5}$"):
        validate(RawTable({"x": days}), [Column("x", DATE)])
    days[2 * AT_ONCE + 5] = math.nan
    assert validate(RawTable({"x": days}), [Column("x", DATE)])["x"].isna().sum() == 1


def test_all_missing_columns_are_named_at_once() -> None:
    columns = [Column(name, NUMBER) for name in ("a", "b", "c")]
    for cells, words in (
        ({"b": [1], "c": [1]}, "column 'a' is missing: expected a, b, c; got b, c"),
        ({"b": [1]}, "column 'a' is missing, and so is 'c': expected a, b, c; got b"),
        ({}, "column 'a' is missing, and so are 'b', 'c': expected a, b, c; got no column"),
    ):
        with pytest.raises(RequestError) as refused:
            validate(RawTable(cells), columns)
        assert str(refused.value) == words


def test_of_many_columns_the_first_are_named() -> None:
    columns = [Column(f"c{place}", NUMBER) for place in range(100)]
    with pytest.raises(RequestError, match=r"column 'c0' is missing, and so are 'c1', .*'c30', and 69 more: expected"):
        validate(RawTable({}), columns)
