"""Which numbers are taken for marks of missing values, and which are merely rare."""

import numpy as np
import pytest
from numpy.typing import NDArray

from data_checks.odd_numbers import FURTHEST, far_from_all
from mtl.data.number_marks import marks_in

RNG = np.random.default_rng(0)
ORDINARY: dict[str, NDArray[np.float64]] = {
    "normal": RNG.normal(50.0, 10.0, 5000).round(1),
    "lognormal": RNG.lognormal(0.0, 2.0, 5000),
    "counts": RNG.poisson(0.3, 5000).astype(float),
    "amounts, most of them 0": np.where(RNG.random(5000) < 0.9, 0.0, RNG.gamma(1.0, 900.0, 5000)),
    "truth values": RNG.integers(2, size=5000).astype(float),
    "a scale of five": RNG.integers(1, 6, 5000).astype(float),
    "grades up to 99": RNG.integers(0, 100, 5000).astype(float),
    "one value": np.full(5000, 7.0),
    "none": np.zeros(0),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_columns_hold_neither_marks_nor_numbers_far_from_all(name: str) -> None:
    assert list(marks_in(ORDINARY[name])) == []
    assert len(far_from_all(ORDINARY[name])) == 0


@pytest.mark.parametrize("mark", [-999.0, -9999.0, 9999.0, -1e6])
@pytest.mark.parametrize("name", ["normal", "counts", "a scale of five"])
def test_a_mark_that_repeats_is_found_with_what_the_others_lie_between(name: str, mark: float) -> None:
    values = ORDINARY[name]
    (found,) = marks_in(np.concatenate([values, np.full(3, mark)]))
    assert (found.value, found.least, found.most) == (mark, values.min(), values.max())
    assert list(marks_in(np.append(values, mark))) == [], "once is no mark"


def test_nines_are_a_mark_where_the_others_spread_widely() -> None:
    values = np.concatenate([RNG.normal(500.0, 300.0, 4000).clip(0.0), np.full(40, -999.0)])
    assert [found.value for found in marks_in(values)] == [-999.0]


@pytest.mark.parametrize("name", ["normal", "lognormal", "counts"])
def test_a_single_cell_is_far_when_no_scale_explains_it(name: str) -> None:
    values = ORDINARY[name]
    assert far_from_all(np.append(values, 1e12)).tolist() == [1e12]
    assert far_from_all(np.append(values, -1e38)).tolist() == [-1e38]
    assert FURTHEST > 1000
