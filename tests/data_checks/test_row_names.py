"""A feature that names rows is told of; one that merely differs from row to row is not."""

import numpy as np
import pandas as pd
import pytest

from data_checks.row_names import NAME, row_names
from mtl.spec import parse_spec
from tests.data_checks.houses import TEXT, houses, houses_spec

RNG = np.random.default_rng(0)


def told(table: pd.DataFrame, text: str = TEXT) -> dict[str | None, str]:
    """What is said of each column."""
    found = list(row_names(parse_spec(text, "houses.yaml"), table))
    assert {finding.check for finding in found} <= {NAME}
    assert {finding.severity for finding in found} <= {"warning"}
    return {finding.column: finding.message for finding in found}


def test_of_a_table_whose_features_describe_nothing_is_said() -> None:
    assert told(houses()) == {}
    assert list(row_names(houses_spec(), houses(20))) == []


def test_the_key_as_a_feature_is_told_by_the_spec_alone() -> None:
    found = told(houses(), TEXT.replace("[area, rooms, age]", "[area, house]"))
    assert found["house"].startswith("house: what rows have in common, as a feature; it is in data.key")
    assert "remove it from the features (houses.yaml:3)" in found["house"]


@pytest.mark.parametrize(
    "numbers",
    [np.arange(1500), RNG.permutation(1500) + 10_000, 2 * np.arange(1500)[::-1]],
    ids=["in order", "any", "2"],
)
def test_whole_numbers_that_count_rows_are_told(numbers: np.ndarray) -> None:
    assert "seems to count them" in told(houses().assign(rooms=numbers))["rooms"]


@pytest.mark.parametrize(
    "numbers",
    [
        RNG.normal(size=1500),
        RNG.integers(0, 10**9, 1500),
        RNG.integers(0, 1500, 1500),
        np.where(np.arange(1500) < 1450, np.nan, np.arange(1500)),
    ],
    ids=["real numbers", "large whole numbers", "whole numbers that repeat", "in few rows"],
)
def test_numbers_that_measure_are_not(numbers: np.ndarray) -> None:
    assert told(houses().assign(rooms=numbers)) == {}


def test_a_category_for_each_row_is_told_and_many_categories_are_not() -> None:
    names = pd.Series([f"owner {number}" for number in range(1500)])
    assert "1500 of 1500 rows that were asked have a value of their own" in told(houses().assign(town=names))["town"]
    assert told(houses().assign(town=names.iloc[RNG.integers(0, 1000, 1500)].to_numpy())) == {}
