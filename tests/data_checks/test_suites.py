from collections.abc import Iterable

import pytest

from data_checks.check_values import (
    BETWEEN,
    COVERED,
    DISTINCT,
    EXISTS,
    IN_SET,
    NOT_NULL,
    OF_TYPE,
    OF_TYPES,
    ROW_COUNT,
    UNIQUE,
    UNIQUE_TOGETHER,
    Check,
)
from data_checks.suites import suite
from mtl.spec import parse_spec
from tests.data_checks.visits import visits_spec

SMALL = """\
name: small
data: {path: small.csv, key: [id]}
features: {categorical: [colour]}
tasks: {bought: {kind: binary}}
schemes: [equal]
"""


def about(checks: Iterable[Check], column: str, expectation: str) -> list[Check]:
    return [check for check in checks if check.columns == (column,) and check.expectation == expectation]


def kinds(column: str) -> list[str]:
    return [check.expectation for check in suite(visits_spec()) if check.columns == (column,)]


def test_every_column_of_the_spec_must_exist_whatever_else_is_asked_of_it() -> None:
    checks = suite(visits_spec())
    assert [check.columns[0] for check in checks if check.expectation == EXISTS] == list(visits_spec().columns)
    assert {check.severity for check in checks if check.expectation in (EXISTS, OF_TYPE, OF_TYPES)} == {"critical"}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("person", [EXISTS, NOT_NULL]),
        ("day", [EXISTS, NOT_NULL]),
        ("age", [EXISTS, OF_TYPES, COVERED, NOT_NULL, BETWEEN]),
        ("smoker", [EXISTS, OF_TYPES, COVERED, BETWEEN]),
        ("region", [EXISTS, COVERED, IN_SET]),
        ("note", [EXISTS, OF_TYPE, COVERED, NOT_NULL]),
        ("readmitted", [EXISTS, COVERED, DISTINCT, IN_SET]),
        ("cost", [EXISTS, OF_TYPES, COVERED, DISTINCT, BETWEEN]),
        ("triage", [EXISTS, COVERED, DISTINCT]),
        ("room", [EXISTS, OF_TYPES, COVERED, BETWEEN, BETWEEN]),
    ],
)
def test_what_is_asked_of_a_column_follows_from_its_parts(column: str, expected: list[str]) -> None:
    assert kinds(column) == expected


def test_the_table_has_a_row_count_and_a_compound_key() -> None:
    fewest, most, key = suite(visits_spec())[:3]
    assert (fewest.expectation, fewest.kwargs) == (ROW_COUNT, {"min_value": 100})
    assert (most.expectation, most.kwargs) == (ROW_COUNT, {"max_value": 1000})
    assert (key.expectation, key.columns) == (UNIQUE_TOGETHER, ("person", "visit"))


def test_the_smallest_spec_still_asks_for_rows_a_key_and_labels() -> None:
    checks = suite(parse_spec(SMALL))
    assert checks[0].kwargs == {"min_value": 100}
    assert (checks[1].expectation, checks[1].columns) == (UNIQUE, ("id",))
    assert about(checks, "bought", COVERED)[0].kwargs["min_value"] == 0.01


def test_an_implied_check_is_critical_and_an_asked_one_has_its_own_severity() -> None:
    checks = suite(visits_spec())
    assert {check.severity for check in checks if "room" not in check.columns} == {"critical"}
    assert {check.severity for check in about(checks, "room", BETWEEN) + about(checks, "room", COVERED)} == {"warning"}


def test_a_warning_about_a_feature_leaves_what_its_use_implies_critical() -> None:
    spec = parse_spec(SMALL + "checks: {columns: {colour: {values: [red], severity: warning}}}\n")
    assert about(suite(spec), "colour", COVERED)[0].severity == "critical"
    assert about(suite(spec), "colour", IN_SET)[0].severity == "warning"


def test_each_check_says_where_in_the_spec_it_comes_from() -> None:
    checks = suite(visits_spec())
    assert about(checks, "age", COVERED)[0].place == "visits.yaml:4"
    assert about(checks, "age", BETWEEN)[0].place == "visits.yaml:19"
    assert about(checks, "day", NOT_NULL)[0].place == "visits.yaml:12"
    assert about(checks, "cost", COVERED)[0].place == "visits.yaml:10"
    assert checks[0].place == "visits.yaml:15"


@pytest.mark.parametrize(
    ("asked", "checks"),
    [
        ("{min: 0, max: 1}", ["between 0 and 1"]),
        ("{min: 0}", ["finite numbers", "at least 0"]),
        ("{max: 1}", ["finite numbers", "at most 1"]),
        ("{min: 0, max: 1, mostly: 0.5}", ["finite numbers", "between 0 and 1 in at least 50 % of the rows"]),
        ("{min: 0, max: 1, severity: warning}", ["finite numbers", "between 0 and 1"]),
    ],
)
def test_numbers_must_be_finite_unless_their_bounds_see_to_it(asked: str, checks: list[str]) -> None:
    numeric = SMALL.replace("categorical", "numeric") + f"checks: {{columns: {{colour: {asked}}}}}\n"
    found = about(suite(parse_spec(numeric)), "colour", BETWEEN)
    assert [check.expected for check in found] == [f"colour: {expected}" for expected in checks]


@pytest.mark.parametrize(
    ("asked", "expectation", "expected"),
    [
        ("{min: 2}", BETWEEN, "colour: at least 2"),
        ("{max: 1.5}", BETWEEN, "colour: at most 1.5"),
        ("{min: 2, max: 3, mostly: 0.995}", BETWEEN, "colour: between 2 and 3 in at least 99.5 % of the rows"),
        ("{values: [a, 1, true]}", IN_SET, "colour: one of a, 1, True"),
        ("{values: [1,2,3,4,5,6,7,8,9,10,11]}", IN_SET, "colour: one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …"),
        ("{max_null_rate: 0.05}", NOT_NULL, "colour: empty in at most 5 % of the rows"),
    ],
)
def test_each_check_says_what_it_expects(asked: str, expectation: str, expected: str) -> None:
    checks = suite(parse_spec(SMALL + f"checks: {{columns: {{colour: {asked}}}}}\n"))
    assert about(checks, "colour", expectation)[-1].expected == expected


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.55, 0.7, 0.9])
def test_exactly_the_allowed_share_of_empty_cells_is_allowed(rate: float) -> None:
    checks = suite(parse_spec(SMALL + f"checks: {{columns: {{colour: {{max_null_rate: {rate}}}}}}}\n"))
    full = round(1000 * (1 - rate))
    assert full / 1000 >= about(checks, "colour", NOT_NULL)[0].kwargs["mostly"] > (full - 1) / 1000


def test_a_text_may_be_empty_only_where_the_spec_says_so() -> None:
    text = SMALL.replace("categorical: [colour]", "text: colour")
    assert about(suite(parse_spec(text)), "colour", NOT_NULL)[0].kwargs == {"column": "colour"}
    asked = suite(parse_spec(text + "checks: {columns: {colour: {max_null_rate: 0.2, severity: warning}}}\n"))
    assert [(c.kwargs["mostly"], c.severity) for c in about(asked, "colour", NOT_NULL)] == [(0.8, "warning")]


def test_without_a_label_rate_there_must_still_be_a_label() -> None:
    checks = suite(parse_spec(SMALL + "checks: {min_label_rate: 0}\n"))
    assert about(checks, "bought", COVERED)[0].kwargs == {"column": "bought", "min_value": 0.0, "strict_min": True}


def test_groups_and_units_need_a_value_in_every_row() -> None:
    text = SMALL + "split: {by: group, column: shop}\nevaluation: {unit: week}\n"
    checks = suite(parse_spec(text))
    assert about(checks, "shop", NOT_NULL)
    assert about(checks, "week", NOT_NULL)
