"""Cells of requests: what is read, what is missing, and what is refused in which words."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.features.cells import CATEGORY, DATE, NUMBER, TEXT, TRUTH, Cell

NAN = math.nan
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
