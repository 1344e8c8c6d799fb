"""The rules of a spec, asked of its rows."""

from collections.abc import Iterator

import numpy as np

from data_checks.finding import Finding, Found
from data_checks.rule_rows import breaking_rows
from mtl.data.stored_table import AnyTable
from mtl.shown import shortened
from mtl.spec import RuleCheck, Spec
from mtl.spec.rule import parsed_rule

RULE = "a_rule"


def broken_rules(spec: Spec, table: AnyTable) -> Found:
    """Which rules some rows break, in a table that has their columns."""
    asked = spec.checks.row_rules
    found = (_finding(spec, position, rule, table) for position, rule in enumerate(asked))
    return Found(len(asked), tuple(each for finding in found for each in finding))


def _finding(spec: Spec, position: int, rule: RuleCheck, table: AnyTable) -> Iterator[Finding]:
    place, told = spec.place("checks", "rules", str(position)), f"rule {shortened(rule.rule)!r}"
    several = tuple(dict.fromkeys(rule.columns))
    try:
        rows = np.flatnonzero(breaking_rows(parsed_rule(rule.rule), table))
    except ValueError as error:
        yield Finding(RULE, None, "critical", f"{told} cannot be asked: {error}; change {place}", several=several)
        return
    if len(rows):
        message = f"{told}: {len(rows)} of {len(table)} rows break it; correct the data or change {place}"
        if rule.severity == "critical":
            message += ", or set such rows aside: checks: {on_violation: set_aside}"
        yield Finding(RULE, None, rule.severity, message, rows, several)
