"""From an outcome to a failed check that says what was expected, what came, and what to do next."""

import math
from collections.abc import Sequence

from data_checks.check_report import FailedCheck
from data_checks.check_values import (
    BETWEEN,
    COVERED,
    EXISTS,
    FOUND,
    IN_SET,
    NOT_NULL,
    OF_TYPE,
    OF_TYPES,
    UNIQUE,
    UNIQUE_TOGETHER,
    CheckResult,
)
from data_checks.failing_rows import Rows, describe_rows, failing_rows
from mtl.spec import Spec

SHARES = 100_000
"""Parts of a whole in which a message gives a share."""

_FAULTS = {
    NOT_NULL: "are empty",
    COVERED: "are empty",
    BETWEEN: "are outside",
    IN_SET: "hold something else",
    OF_TYPE: "hold something else",
    OF_TYPES: "hold something else",
    UNIQUE: "share it with another row",
    UNIQUE_TOGETHER: "share it with another row",
}


def unmet(outcomes: Sequence[CheckResult]) -> list[CheckResult]:
    """The outcomes to report. A column of the wrong type is named once, not for each check that it makes impossible."""
    mistyped = {
        outcome.check.columns
        for outcome in outcomes
        if outcome.check.expectation in (OF_TYPE, OF_TYPES) and not outcome.met
    }
    return [
        outcome
        for outcome in outcomes
        if not outcome.met and (outcome.error is None or outcome.check.columns not in mistyped)
    ]


def explain(outcome: CheckResult, key: Sequence[str], table: Rows, checked: Rows) -> FailedCheck:
    """The failed check that `outcome` is, of `checked`; its examples show the rows as they came in `table`."""
    check, column = outcome.check, ", ".join(outcome.check.columns) or None
    if outcome.error is not None:
        message = _message(outcome, f"it could not be evaluated: {outcome.error}")
        return FailedCheck(check.expectation, column, "critical", message, 0)
    rows = failing_rows(checked, check)
    failed_rows = int(outcome.result.get("unexpected_count", rows.sum()))
    shown = [name for name in dict.fromkeys((*key, *check.columns)) if name in checked.columns]
    examples = describe_rows(table, key, shown, rows)
    message = _message(outcome, _came(outcome, failed_rows, table))
    return FailedCheck(check.expectation, column, check.severity, message, failed_rows, examples)


def nothing_checked(spec: Spec) -> FailedCheck:
    """The failure of a run that evaluated no check, which Great Expectations calls a success."""
    message = f"expected at least one check of the data; none was made; see {spec.place('checks')}"
    return FailedCheck("expectation_suite", None, "critical", message, 0)


def _message(outcome: CheckResult, came: str) -> str:
    found = outcome.result.get("observed_value")
    if isinstance(found, float):
        found = f"{math.floor(found * SHARES) / SHARES:.12g}"  # a share that is rounded up would not be allowed
    allowed = (outcome.check.allowed or f"change {outcome.check.place}").replace(FOUND, str(found))
    return f"{outcome.check.expected}; {came}; correct the data or {allowed}"


def _came(outcome: CheckResult, count: int, table: Rows) -> str:
    check = outcome.check
    if check.expectation == EXISTS:
        return f"it stands {list(table.columns).count(check.columns[0])} times among {len(table.columns)} columns"
    if check.expectation in _FAULTS:
        return f"{count} of {len(table)} rows {_FAULTS[check.expectation]}"
    return f"found {outcome.result['observed_value']}"
