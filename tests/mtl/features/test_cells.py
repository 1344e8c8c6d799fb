"""Cells of requests: what is read, what is missing, and what is refused in which words."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.features.cells import CATEGORY, DATE, NUMBER, TEXT, TRUTH, Cell

NAN = math.nan
UNICODE = st.text(st.characters(exclude_categories=["Cs"]))
DAYS = st.dates().map(str)
EVERY = [NUMBER, CATEGORY, TEXT, DATE, TRUTH]
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()), st.just({"a": 1})
)


@contextmanager
def answered_in_words() -> Iterator[None]:
    """Let a cell be refused, if the error says what was expected."""
    try:
        yield
    except ValueError as error:
        if not str(error).endswith(" or null"):
            raise


@pytest.mark.parametrize("cell", EVERY)
@given(value=ANYTHING, spelled=st.booleans())
def test_whatever_comes_is_read_or_refused_in_words(cell: Cell, value: object, spelled: bool) -> None:
    read: object = None
    with answered_in_words():
        read = cell.read(value, spelled)
    assert isinstance(read, float | None if cell.type == "number" else str | None)


@pytest.mark.parametrize("cell", EVERY)
@pytest.mark.parametrize("spelled", [True, False])
def test_nothing_is_a_missing_value(cell: Cell, spelled: bool) -> None:
    read = cell.read(None, spelled)
    assert read is None if cell.type == "string" else math.isnan(float(str(read)))


@pytest.mark.parametrize(
    ("cell", "value", "spelled", "read"),
    [
        (NUMBER, 7, False, 7.0),
        (NUMBER, True, False, 1.0),
        (NUMBER, "7.5", True, 7.5),
        (CATEGORY, "Bonn", False, "Bonn"),
        (CATEGORY, 7.0, False, "7"),
        (CATEGORY, True, False, "True"),
        (TEXT, "", False, ""),
        (DATE, "2020-02-29", False, "2020-02-29"),
        (DATE, "2020-02-29T12:30:00+01:00", False, "2020-02-29T12:30:00+01:00"),
        (TRUTH, True, False, 1.0),
        (TRUTH, 0, False, 0.0),
        (TRUTH, 1.0, False, 1.0),
        (TRUTH, "False", True, 0.0),
        (TRUTH, "1.0", True, 1.0),
    ],
)
def test_what_a_cell_says_is_read(cell: Cell, value: object, spelled: bool, read: object) -> None:
    assert cell.read(value, spelled) == read


@pytest.mark.parametrize(
    ("cell", "value", "spelled", "expected"),
    [
        (NUMBER, "7.5", False, "a number or null"),
        (NUMBER, "x", True, "a number or null"),
        (NUMBER, 1e39, False, "a number or null"),
        (NUMBER, 10**400, False, "a number or null"),
        (CATEGORY, [], False, "a string or null"),
        (TEXT, 7, False, "a string or null"),
        (TEXT, "\ud800", False, "a string of Unicode characters or null"),
        (DATE, "29/02/2020", False, "an ISO 8601 date or null"),
        (DATE, "2021-02-29", False, "an ISO 8601 date or null"),
        (DATE, 20200229, False, "an ISO 8601 date or null"),
        (TRUTH, 2, False, "true, false, 1, 0 or null"),
        (TRUTH, "true", False, "true, false, 1, 0 or null"),
        (TRUTH, "yes", True, "true, false, 1, 0 or null"),
        (TRUTH, {}, False, "true, false, 1, 0 or null"),
    ],
)
def test_what_no_cell_says_is_refused_with_what_was_expected(
    cell: Cell, value: object, spelled: bool, expected: str
) -> None:
    with pytest.raises(ValueError, match=f"^{expected}$"):
        cell.read(value, spelled)


def one_by_one(cell: Cell, values: list[object]) -> list[object] | None:
    """What a column is read as, cell by cell; None where one is refused."""
    try:
        return [cell.read(value, False) for value in values]
    except ValueError:
        return None


@pytest.mark.parametrize("cell", [NUMBER, TRUTH])
@given(values=st.lists(st.none() | st.booleans() | st.integers(-3, 10**40) | st.floats(), min_size=1, max_size=4))
def test_numbers_that_are_taken_together_are_those_that_are_taken_one_by_one(cell: Cell, values: list[object]) -> None:
    together = np.array(values, dtype=np.float64)
    alone = one_by_one(cell, values)
    assert cell.all_read(together[:, np.newaxis]) == (alone is not None)
    if alone is not None:
        np.testing.assert_array_equal(together, np.array(alone, dtype=np.float64))


@pytest.mark.parametrize("cell", [TEXT, CATEGORY, DATE])
@given(values=st.lists(st.none() | st.booleans() | st.integers() | st.floats() | UNICODE | DAYS, max_size=4))
def test_strings_that_are_taken_together_are_read_as_one_by_one(cell: Cell, values: list[object]) -> None:
    together, alone = cell.read_all(values), one_by_one(cell, values)
    assert together is None or together == alone
    if alone is not None and all(value is None or isinstance(value, str) for value in values):
        assert together == alone


def test_a_number_that_may_have_been_rounded_is_looked_at_by_itself() -> None:
    assert CATEGORY.read_all([7.0, 2.0**62]) == ["7", str(2**62)]
    assert CATEGORY.read_all([7.0, 2.0**64]) is None
