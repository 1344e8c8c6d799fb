"""What a column is, from its cells."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mtl.draft.column_look import ColumnKind, look_at_column, words_of

RNG = np.random.default_rng(0)
ROWS = 200
NOTES = [f"this is a longer note with number {number}" for number in range(ROWS)]


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("x", RNG.normal(size=ROWS), "numeric"),
        ("x", RNG.integers(0, 9, ROWS), "numeric"),
        ("x", pd.array([1, None] * 100, dtype="Int16"), "constant"),
        ("x", [Decimal("1.5"), Decimal("2.5"), None] * 60, "numeric"),
        ("x", [0, 1] * 100, "boolean"),
        ("x", [0.0, 1.0, np.nan] * 60, "boolean"),
        ("x", [True, False] * 100, "boolean"),
        ("x", [True, False, None] * 60, "boolean"),
        ("x", ["TRUE", "FALSE"] * 100, "categorical"),
        ("x", ["yes", "no"] * 100, "categorical"),
        ("x", pd.Categorical(["a", "b"] * 100), "categorical"),
        ("x", ["Strongly agree with all of it", "Do not agree with any of it"] * 100, "categorical"),
        ("x", NOTES, "text"),
        ("x", [f"N{number}" for number in range(ROWS)], "identifier"),
        ("x", [f"${number},{number:03}.50" for number in range(100, 300)], "amounts"),
        ("x", [f"{number} %" for number in range(100)] * 2, "amounts"),
        ("x", ["1.2.3", "1.10.2"] * 100, "categorical"),
        ("user_id", range(7, 7 + ROWS), "identifier"),
        ("userID", range(7, 7 + ROWS), "identifier"),
        ("valid", range(7, 7 + ROWS), "numeric"),
        ("x", pd.date_range("2024-01-01", periods=ROWS), "datetime"),
        ("x", pd.date_range("2024-01-01", periods=ROWS, tz="Europe/Berlin"), "datetime"),
        ("x", [date(2024, 1, 1), date(2024, 1, 2), None] * 60, "datetime"),
        ("x", ["31.12.2024", "01.01.2025"] * 100, "datetime"),
        ("x", [None] * ROWS, "empty"),
        ("x", ["same"] * ROWS, "constant"),
        ("x", [[1, 2], [3]] * 100, "unusable"),
        ("x", [1 + 2j, 3j] * 100, "unusable"),
        ("x", pd.to_timedelta(range(ROWS), unit="s"), "unusable"),
        ("x", [1, "a"] * 100, "unusable"),
    ],
)  # fmt: skip
def test_the_kind_of_a_column(name: str, cells: Sequence[Any], kind: ColumnKind) -> None:
    assert look_at_column(name, pd.Series(cells)).kind == kind


def test_its_bounds_gaps_and_different_cells_are_counted() -> None:
    look = look_at_column("age", pd.Series([20.0, np.nan, 61.5, 20.0]))
    assert (look.distinct, look.missing, look.least, look.most) == (2, 0.25, 20.0, 61.5)
    assert look_at_column("town", pd.Series(["a", "b"] * 20)).least is None


@pytest.mark.parametrize(
    ("name", "words"),
    [("customerID", "customer_id"), ("Order No.", "order_no"), ("größe (m²)", "größe_m²"), ("a__b", "a_b"), ("X", "x")],
)
def test_the_words_of_a_name(name: str, words: str) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("name", "told"),
    [("id", True), ("patient_id", True), ("rowKey", True), ("paid", False), ("grid", False), ("idea", False)],
)
def test_names_that_say_that_they_identify(name: str, told: bool) -> None:
    assert look_at_column(name, pd.Series([1, 2, 2])).named_as_key == told
