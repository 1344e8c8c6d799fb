"""What a kind of features is fitted to: columns by their names, whether or not all of them are in memory at a time."""

from typing import Protocol

import pandas as pd


class Columns(Protocol):
    """Rows of a table: a `DataFrame`, or what reads a column when it is asked for."""

    def __getitem__(self, name: str, /) -> pd.Series:
        """A column, [N]."""

    def __len__(self) -> int:
        """N."""
