"""What columns looked like when a version was made: small, and without anyone's words in it.

Of numbers a profile has percentiles, of names the shares of the commonest, each name as a hash. So it tells whether
later rows are alike, and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import ConfigDict

from mtl.jsonable import EXACT
from mtl.names import canonical_names, read_numbers

LEVELS = np.linspace(0.01, 0.99, 99)
"""Of the percentiles; the extremes would be single rows' own."""

COMMONEST = 50
"""Names of a column that are told apart."""


@dataclass(frozen=True)
class ColumnProfile:
    """Of one column.

    Attributes:
        rows: how many were seen.
        missing: the share without a value.
        percentiles: 1 % to 99 % of the known numbers; empty of names.
        shares: of the commonest names, by hash, among the known ones; empty of numbers.
    """

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    rows: int
    missing: float
    percentiles: tuple[float, ...] = ()
    shares: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Profile:
    """Of a table, by column."""

    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    columns: Mapping[str, ColumnProfile]


def profile_of(numbers: pd.DataFrame, names: pd.DataFrame) -> Profile:
    """The profile of some columns of numbers and of names; a column without any value is left out."""
    found = {str(name): _of_numbers(numbers[name]) for name in numbers.columns}
    found |= {str(name): _of_names(names[name]) for name in names.columns}
    return Profile({name: column for name, column in found.items() if column.rows and column.missing < 1})


def hashed(name: str) -> str:
    """What stands for a name in a profile."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8, person=b"mtl-profile").hexdigest()


def _of_numbers(column: pd.Series) -> ColumnProfile:
    values = read_numbers(column)
    known = values[~np.isnan(values)]
    missing = 1 - len(known) / max(len(values), 1)
    return ColumnProfile(len(values), missing, tuple(np.quantile(known, LEVELS).tolist()) if len(known) else ())


def _of_names(column: pd.Series) -> ColumnProfile:
    known = pd.Series([name for name in canonical_names(column) if name is not None], dtype=object)
    shares = known.value_counts(normalize=True).head(COMMONEST)
    missing = 1 - len(known) / max(len(column), 1)
    return ColumnProfile(
        len(column), missing, shares={hashed(str(name)): float(share) for name, share in shares.items()}
    )
