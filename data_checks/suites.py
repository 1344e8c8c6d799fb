"""From a spec to the checks of its table."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from data_checks.check_values import (
    BETWEEN,
    COVERED,
    DISTINCT,
    EXISTS,
    FOUND,
    IN_SET,
    NOT_NULL,
    OF_TYPE,
    OF_TYPES,
    ROW_COUNT,
    UNIQUE,
    UNIQUE_TOGETHER,
    Check,
)
from data_checks.roles import Role, roles
from mtl.spec import Spec
from mtl.tasks.kind import kind_named

NUMERIC_TYPES = ("int64", "Int64Dtype", "UInt64Dtype", "float64", "int", "float", "bool", "BooleanDtype")
DATE_TYPES = ("Timestamp",)


def suite(spec: Spec) -> tuple[Check, ...]:
    """Everything that the spec says or implies about its table; never empty.

    What the study cannot do without is critical; what `checks.columns` asks beyond that has the severity given there.
    """
    columns = (check for role in roles(spec) for check in _column(spec, role))
    return (*_row_counts(spec), *([_unique_key(spec)] if spec.data.key else []), *columns)


def _row_counts(spec: Spec) -> Iterator[Check]:
    for bound, limit in (("min", spec.checks.min_rows), ("max", spec.checks.max_rows)):
        if limit is not None:
            key = ("checks", f"{bound}_rows")
            expected = f"number of rows at {'least' if bound == 'min' else 'most'} {limit}"
            allowed = spec.change(*key, to=FOUND)
            yield Check(ROW_COUNT, {f"{bound}_value": limit}, expected, spec.place(*key), allowed=allowed)


def _unique_key(spec: Spec) -> Check:
    key = list(spec.data.key)
    expected, place = f"{', '.join(key)}: names one row only", spec.place("data", "key")
    allowed = f"change data.key ({place})"
    if len(key) == 1:
        return Check(UNIQUE, {"column": key[0]}, expected, place, allowed=allowed)
    # A key with an empty part is reported by the check for empty cells; here it would count twice.
    kwargs = {"column_list": key, "ignore_row_if": "any_value_is_missing"}
    return Check(UNIQUE_TOGETHER, kwargs, expected, place, allowed=allowed)


def _column(spec: Spec, role: Role) -> Iterator[Check]:
    yield from _schema(role)
    yield from _presence(spec, role)
    yield from _labels(role)
    yield from _values(role)


def _schema(role: Role) -> Iterator[Check]:
    """Critical whatever the column's other checks are: those cannot be made without the column or with another type."""
    yield _needed(role, EXISTS, "exists, exactly once")
    if "texts" in role.holds:
        yield _needed(role, OF_TYPE, "texts", type_="str")
    if "dates" in role.holds and not role.time:
        yield _needed(role, OF_TYPES, "ISO 8601 dates", type_list=list(DATE_TYPES))
    if "numbers" in role.holds or role.ranged:
        yield _needed(role, OF_TYPES, "numbers", type_list=list(NUMERIC_TYPES))


def _presence(spec: Spec, role: Role) -> Iterator[Check]:
    if role.required:
        yield _implied(role, NOT_NULL, "an ISO 8601 date in every row" if role.time else "a value in every row")
        return
    # A column of nothing but nulls meets every expectation about values.
    share = spec.checks.min_label_rate if role.kinds else 0.0
    expected = f"a label in at least {_percent(share)} of the rows" if share else "a value in some row"
    covered = _implied(role, COVERED, expected, min_value=share, strict_min=not share)
    yield replace(covered, allowed=spec.change("checks", "min_label_rate", to=FOUND)) if share else covered
    allowed = role.check.max_null_rate
    if allowed is not None:
        # Unrounded, 1 − 0.7 is above 0.3, and 30 % of full cells would be too few.
        mostly = round(1 - allowed, 12)
        yield _asked(role, NOT_NULL, f"empty in at most {_percent(allowed)} of the rows", mostly=mostly)
    elif "texts" in role.holds:
        key = ("checks", "columns", role.column, "max_null_rate")
        yield replace(_implied(role, NOT_NULL, "a text in every row"), allowed=spec.change(*key, to="0.1"))


def _labels(role: Role) -> Iterator[Check]:
    if role.kinds:
        yield _implied(role, DISTINCT, "at least two different labels", min_value=2)
    allowed = {kind_named(kind).label_check.allowed for kind in role.kinds}
    if "truth values" in role.holds:
        allowed.add((0, 1))
    for values in sorted(each for each in allowed if each is not None):
        yield _implied(role, IN_SET, " or ".join(map(str, values)), value_set=list(values))


def _values(role: Role) -> Iterator[Check]:
    check = role.check
    if ("numbers" in role.holds or role.ranged) and not role.bounded:
        # There is no expectation for finite numbers; every finite number lies between these two.
        largest = sys.float_info.max
        yield _implied(role, BETWEEN, "finite numbers", min_value=-largest, max_value=largest)
    share = f" in at least {_percent(check.mostly)} of the rows" if check.mostly < 1 else ""
    if role.ranged:
        expected = f"{_bounds(check.min, check.max)}{share}"
        yield _asked(role, BETWEEN, expected, min_value=check.min, max_value=check.max, mostly=check.mostly)
    if check.values is not None:
        expected = f"one of {_listed(check.values)}{share}"
        yield _asked(role, IN_SET, expected, value_set=list(check.values), mostly=check.mostly)


def _needed(role: Role, expectation: str, expected: str, **kwargs: object) -> Check:
    allowed = f"change {role.key} ({role.place})"
    return Check(
        expectation, {"column": role.column, **kwargs}, f"{role.column}: {expected}", role.place, allowed=allowed
    )


def _implied(role: Role, expectation: str, expected: str, **kwargs: object) -> Check:
    return replace(_needed(role, expectation, expected, **kwargs), severity=role.severity)


def _asked(role: Role, expectation: str, expected: str, **kwargs: object) -> Check:
    needed = _needed(role, expectation, expected, **kwargs)
    allowed = f"change checks.columns.{role.column} ({role.check_place})"
    return replace(needed, place=role.check_place, allowed=allowed, severity=role.check.severity)


def _bounds(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return f"at most {most:.12g}" if least is None else f"at least {least:.12g}"
    return f"between {least:.12g} and {most:.12g}"


def _listed(values: Sequence[object]) -> str:
    return ", ".join(str(value) for value in values[:10]) + (", …" if len(values) > 10 else "")


def _percent(share: float) -> str:
    return f"{100 * share:.6g} %"
