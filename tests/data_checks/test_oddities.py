"""What is odd about a table as a whole."""

from pathlib import Path

import pandas as pd

from data_checks.check_table import check_columns
from data_checks.oddities import KEY, oddities
from data_checks.suites import suite
from tests.data_checks.houses import TEXT, houses, houses_spec

UNNAMED = TEXT.replace(", key: [house]", "")


def test_that_rows_have_no_key_is_told_in_one_line_with_what_it_means() -> None:
    table = pd.concat([houses(500), houses(500).head(20)], ignore_index=True)
    found = oddities(houses_spec(UNNAMED), table)
    (odd,) = [each for each in found.findings if each.check == KEY]
    assert odd.severity == "warning"
    assert "\n" not in odd.message
    for told in ("520 rows", "40 hold what another does", "a label comes late", "houses.yaml:2"):
        assert told in odd.message
    assert found.made == oddities(houses_spec(), table).made + 1


def test_with_a_key_nothing_is_told() -> None:
    assert oddities(houses_spec(), houses(200)).findings == ()


def test_without_a_key_none_is_checked_and_rows_are_shown_by_their_position(tmp_path: Path) -> None:
    unnamed = houses_spec(UNNAMED)
    assert not any("names one row only" in check.expected for check in suite(unnamed))
    table = houses(300).drop(columns="house")
    table.loc[7, "area"] = float("inf")
    (failure,) = check_columns(unnamed, table, tmp_path).failures
    assert failure.examples == (("row=7", "area=inf"),)
