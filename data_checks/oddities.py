"""What is seldom meant, column by column: warnings, each with its rows and what to do."""

from collections.abc import Iterator

import pandas as pd

from data_checks.finding import Finding, Found
from data_checks.odd_numbers import odd_numbers
from data_checks.odd_words import odd_words
from data_checks.roles import Role, roles
from mtl.data.frame import DOUBTS
from mtl.spec import Spec

WHOLE = "a_whole_file"


def oddities(spec: Spec, table: pd.DataFrame) -> Found:
    """What is odd about the columns that are learned from, in a table whose columns are there and of their types."""
    asked = [role for role in roles(spec) if role.holds or role.kinds]
    whole = [Finding(WHOLE, None, "warning", doubt) for doubt in table.attrs.get(DOUBTS, ())]
    return Found(1 + len(asked), (*whole, *(found for role in asked for found in _odd(spec, role, table[role.column]))))


def _odd(spec: Spec, role: Role, column: pd.Series) -> Iterator[Finding]:
    if role.holds & {"numbers", "dates"}:
        yield from odd_numbers(spec, role, column)
    elif "truth values" not in role.holds and not pd.api.types.is_numeric_dtype(column.dtype):
        yield from odd_words(spec, role, column)
