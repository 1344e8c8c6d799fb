import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.errors import DataError
from mtl.promotion.unit_sketch import SIZE, UnitSketch, sketch_units
from tests.mtl.evaluation.cases import lightly
from tests.mtl.promotion.looks import rows

small = st.sets(st.integers(0, 400), min_size=1, max_size=SIZE)


@lightly
@given(mine=small, others=st.lists(small, max_size=3))
def test_the_shares_of_small_sets_are_exact(mine: set[int], others: list[set[int]]) -> None:
    expected = len(mine & set[int]().union(*others)) / len(mine)
    assert rows(mine).share_in(*(rows(other) for other in others)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.95])
def test_the_shares_of_large_sets_are_estimated_within_their_standard_error(share: float) -> None:
    size = 3000
    errors = []
    for start in range(0, 20 * size, size):
        first = start + size - int(share * size)
        errors.append(rows(range(start, start + size)).share_in(rows(range(first, first + size))) - share)
    standard_error = np.sqrt(share * (1 - share) / SIZE)
    assert abs(np.mean(errors)) <= 3 * standard_error / np.sqrt(len(errors))
    assert np.max(np.abs(errors)) <= 4 * standard_error


def test_disjoint_sets_share_nothing_and_equal_ones_all_however_large() -> None:
    assert rows(range(5000)).share_in(rows(range(5000, 9000)), rows(range(9000, 9100))) == 0.0
    assert rows(range(5000)).share_in(rows(reversed(range(5000)))) == 1.0
    assert rows(range(5000)).share_in() == 0.0


def test_rows_that_are_keyed_by_other_columns_are_other_rows() -> None:
    assert rows(range(100)).share_in(rows(range(100), "patient")) == 0.0
    assert rows(range(300)).share_in(rows(range(300_000), "patient")) == 0.0


def test_a_set_that_is_too_small_to_be_found_in_a_larger_one_is_taken_to_be_in_it() -> None:
    assert rows(range(5)).share_in(rows(range(100, 60_000))) == 1.0


def test_a_set_has_no_larger_share_than_the_other_has_rows() -> None:
    assert rows(range(20_000)).share_in(rows(range(2))) <= 2 / 20_000


def test_the_order_of_the_rows_the_type_of_their_key_and_repetitions_do_not_matter() -> None:
    expected = rows(range(40))
    keys = pd.DataFrame({"id": [float(number) for number in (*reversed(range(40)), 7)]})
    assert sketch_units(keys) == expected
    assert expected.units == 40


def test_a_hash_is_of_the_names_of_the_columns_and_of_the_key() -> None:
    found = sketch_units(pd.DataFrame({"day": ["2020-01-01"], "flight": [7.0]}))
    text = b"day\x1fflight\x1f2020-01-01\x1f7"
    assert found.smallest == (int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big"),)


@pytest.mark.parametrize("count", [1, SIZE, 5000])
def test_the_text_gives_the_sketch_back_and_fits_in_a_tag(count: int) -> None:
    sketch = rows(range(count))
    assert UnitSketch.from_text(sketch.to_text()) == sketch
    assert len(sketch.to_text()) <= 2830


@pytest.mark.parametrize("text", ["", "a.b.c.d", "a.3.c.", "a.3.c.!!", "a.0.c.AAAAAAAAAAE="])
def test_a_text_that_is_no_sketch_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        UnitSketch.from_text(text)


def test_a_row_without_a_key_is_an_error() -> None:
    with pytest.raises(DataError, match="column 'id' has no value in row 1 of 2"):
        sketch_units(pd.DataFrame({"id": ["a", None]}))
