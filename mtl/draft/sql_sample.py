"""A bounded look at what a query gives."""

from collections.abc import Sequence
from functools import partial

import pandas as pd

from mtl.data.sources.sql import SqlSource, as_read
from mtl.draft.sampling import Sample
from mtl.errors import DataError, SpecError, UserError

MOST_ROWS = 100_000
"""That are looked at."""


def query_sample(source: SqlSource) -> Sample:
    """Look at the first rows of a query, and count all.

    Raises:
        UserError: an address that cannot be used.
        DataError: the database does not answer, or there are no rows.
    """
    try:
        with source.connected() as connection:
            chunks = source.chunks(connection, MOST_ROWS)
            first, more = next(chunks), next(chunks, None)
            rows = len(first) if more is None else len(first) + len(more) + sum(map(len, chunks))
    except SpecError as error:
        raise UserError(f"--sql: {error}") from error
    if first.empty:
        raise DataError(f"the query to {source.place} gives no rows; expected one for each row to learn from")
    which = f"all {rows:,} rows" if more is None else f"the first {len(first):,} of {rows:,} rows"
    return Sample(source.place, as_read(iter([first])), rows, which, select=partial(_columns, source))


def _columns(source: SqlSource, names: Sequence[str]) -> pd.DataFrame:
    with source.connected() as connection:
        return as_read(as_read(iter([chunk]))[list(names)] for chunk in source.chunks(connection, MOST_ROWS))
