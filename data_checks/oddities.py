"""What is seldom meant, column by column: warnings, each with its rows and what to do."""

from collections.abc import Iterator

import pandas as pd

from data_checks.finding import Finding, Found
from data_checks.odd_numbers import odd_numbers
from data_checks.odd_words import odd_words
from data_checks.roles import Role, roles
from mtl.data.frame import DOUBTS
from mtl.data.row_keys import content_hashes
from mtl.data.stored_table import AnyTable
from mtl.spec import Spec

WHOLE, KEY = "a_whole_file", "a_key"


def oddities(spec: Spec, table: AnyTable) -> Found:
    """What is odd about the columns that are learned from, in a table whose columns are there and of their types."""
    unnamed = [] if spec.data.key else [_unnamed(spec, table)]
    asked = [role for role in roles(spec) if role.holds or role.kinds]
    whole = [Finding(WHOLE, None, "warning", doubt) for doubt in table.attrs.get(DOUBTS, ())]
    odd = (found for role in asked for found in _odd(spec, role, table[role.column]))
    return Found(1 + len(unnamed) + len(asked), (*whole, *unnamed, *odd))


def _unnamed(spec: Spec, table: AnyTable) -> Finding:
    twins = int(pd.Series(content_hashes(spec, table)).duplicated(keep=False).sum())
    return Finding(
        KEY,
        None,
        "warning",
        f"data.key: columns that name a row; none is given, so that each of {len(table)} rows is known by what it holds"
        f" ({twins} hold what another does): once a cell is corrected, a label comes late, or the spec reads another"
        f" column, it is a new row, which may change sides; name a key if there is one ({spec.place('data')})",
    )


def _odd(spec: Spec, role: Role, column: pd.Series) -> Iterator[Finding]:
    if role.holds & {"numbers", "dates"}:
        yield from odd_numbers(spec, role, column)
    elif "truth values" not in role.holds and not pd.api.types.is_numeric_dtype(column.dtype):
        yield from odd_words(spec, role, column)
