"""What a study uses each column for."""

import pytest

from data_checks.roles import Role, roles
from mtl.spec import parse_spec
from tests.data_checks.visits import visits_spec

ROLES = {role.column: role for role in roles(visits_spec())}


def test_every_column_of_the_spec_has_one_role_in_the_specs_order() -> None:
    assert tuple(role.column for role in roles(visits_spec())) == visits_spec().columns
    assert len(ROLES) == len(visits_spec().columns)


@pytest.mark.parametrize(
    ("column", "kinds", "holds"),
    [
        ("age", set(), {"numbers"}),
        ("region", set(), {"anything"}),
        ("note", set(), {"texts"}),
        ("readmitted", {"binary"}, set()),
        ("cost", {"regression"}, {"numbers"}),
        ("triage", {"multiclass"}, set()),
        ("day", set(), set()),
    ],
)
def test_a_role_says_what_the_column_must_hold(column: str, kinds: set[str], holds: set[str]) -> None:
    assert set(ROLES[column].kinds) == kinds
    assert set(ROLES[column].holds) == holds


def test_a_row_must_have_what_names_and_splits_it() -> None:
    assert {column for column, role in ROLES.items() if role.required} == {"person", "visit", "day"}
    assert {column for column, role in ROLES.items() if role.time} == {"day"}


def test_a_row_of_a_published_split_need_not_be_on_a_side() -> None:
    text = """\
name: small
data: {path: small.csv, key: [id]}
features: {numeric: [age]}
tasks: {bought: {kind: binary}}
schemes: [equal]
split: {by: column, column: fold, train: [0], test: [1]}
"""
    assert [role.column for role in roles(parse_spec(text, "small.yaml")) if role.required] == ["id"]


def test_a_column_that_is_only_checked_stops_nothing_unless_it_is_asked_to() -> None:
    assert {column for column, role in ROLES.items() if not role.essential} == {"room"}
    assert ROLES["room"].severity == "warning"
    assert ROLES["age"].severity == "critical"


def test_a_role_knows_where_the_spec_says_so() -> None:
    assert ROLES["age"].place == "visits.yaml:4"
    assert ROLES["room"].check_place.startswith("visits.yaml:")
    assert ROLES["room"].check_place != ROLES["age"].check_place


def role_of(check: str) -> Role:
    text = f"""\
name: small
data: {{path: small.csv, key: [id]}}
features: {{numeric: [age]}}
tasks: {{bought: {{kind: binary}}}}
schemes: [equal]
checks: {{columns: {{age: {check}}}}}
"""
    return next(role for role in roles(parse_spec(text, "small.yaml")) if role.column == "age")


@pytest.mark.parametrize(
    ("check", "ranged", "bounded"),
    [
        ("{max_null_rate: 0.1}", False, False),
        ("{min: 0}", True, False),
        ("{min: 0, max: 110}", True, True),
        ("{min: 0, max: 110, mostly: 0.9}", True, False),
        ("{min: 0, max: 110, severity: warning}", True, False),
    ],
)
def test_bounds_keep_infinite_values_out_only_if_they_are_closed_and_strict(
    check: str, ranged: bool, bounded: bool
) -> None:
    role = role_of(check)
    assert (role.ranged, role.bounded) == (ranged, bounded)


def test_a_column_may_have_two_uses() -> None:
    text = "name: a\ndata: {path: a.csv, key: [id]}\nfeatures: {numeric: [x], datetime: [day]}\n"
    text += "tasks: {t: {kind: binary}}\nschemes: [equal]\nsplit: {by: time, column: day}\n"
    role = next(role for role in roles(parse_spec(text, "a.yaml")) if role.column == "day")
    assert set(role.holds) == {"dates"}
    assert role.time
    assert role.required
