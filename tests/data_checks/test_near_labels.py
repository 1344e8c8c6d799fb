"""A feature that nearly is a label is told of; one that is merely good, or a chance among many, is not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_checks.label_leaks import LABEL
from data_checks.near_labels import NEARLY, ROWS, asked_rows, share_told
from data_checks.side_checks import check_sides
from tests.data_checks.houses import TEXT, houses, houses_spec


def drawn(rows: int, noise: float, seed: int = 0) -> tuple[pd.Series, pd.Series]:
    """A feature that is a label with so much noise, in its standard deviations."""
    rng = np.random.default_rng(seed)
    label = rng.normal(size=rows)
    return pd.Series(label + noise * rng.normal(size=rows)), pd.Series(label)


@pytest.mark.parametrize(
    ("noise", "least", "most"), [(0.0, 0.97, 1.0), (0.05, 0.96, 1.0), (0.5, 0.7, 0.85), (9.0, -0.1, 0.1)]
)
def test_the_share_is_that_of_the_variance(noise: float, least: float, most: float) -> None:
    feature, label = drawn(4000, noise)
    assert least <= share_told(feature, label) <= most
    assert share_told(feature, label**3 * 0 + np.exp(label)) < 1


def test_of_classes_it_is_that_of_their_indicators() -> None:
    rng = np.random.default_rng(0)
    label = pd.Series(rng.choice(["a", "b", "c"], 3000))
    assert share_told(label.str.upper(), label) == pytest.approx(1.0)
    assert share_told(label.map({"a": 1.0, "b": 2.0, "c": 3.0}) + rng.uniform(0, 0.5, 3000), label) > NEARLY
    assert abs(share_told(pd.Series(rng.choice(list("xyz"), 3000)), label)) < 0.05
    sold = pd.Series(rng.integers(0, 2, 3000))
    assert share_told(sold == 1, sold) == pytest.approx(1.0)
    days = pd.Series(pd.to_datetime("2024-01-01") + pd.to_timedelta(sold * 40 + rng.integers(0, 9, 3000), unit="D"))
    assert share_told(days, sold) == pytest.approx(1.0)


@given(st.integers(0, 10_000))
def test_a_feature_that_tells_two_thirds_is_never_told_of(seed: int) -> None:
    feature, label = drawn(1000, 0.7, seed)
    assert share_told(feature, label) < NEARLY


def test_of_too_few_rows_or_too_many_classes_nothing_is_said() -> None:
    feature, label = drawn(100, 0.0)
    assert share_told(feature, label) == 0
    names = pd.Series([f"name {number}" for number in range(3000)])
    assert share_told(names, names) == 0
    assert share_told(pd.Series(np.arange(3000.0)), pd.Series([7.0] * 3000)) == 0


def test_rows_are_asked_evenly() -> None:
    assert asked_rows(10).tolist() == list(range(10))
    rows = asked_rows(1_000_000)
    assert len(rows) == ROWS
    assert np.diff(rows).min() > 200
    assert rows[0] == 0
    assert rows[-1] == 999_999


def test_columns_of_chance_raise_no_alarm_and_a_near_copy_does() -> None:
    rng = np.random.default_rng(1)
    text = "numeric: [area, rooms, age, " + ", ".join(f"n{k}" for k in range(300)) + "]"
    spec = houses_spec(TEXT.replace("numeric: [area, rooms, age]", text))
    noise = pd.DataFrame({f"n{k}": rng.normal(size=1500) for k in range(300)})
    table = pd.concat([houses(), noise], axis="columns")
    assert not [found for found in check_sides(spec, table).findings if found.check == LABEL]
    table["n7"] = table["price"] * (1 + 0.01 * rng.normal(size=1500))
    [found] = [found for found in check_sides(spec, table).findings if found.check == LABEL]
    assert found.column == "n7"
    assert "% of that label's variance; if it follows from the label, remove it from the features" in found.message
