"""A table of 30 columns in a file, generated some rows at a time: a million rows of one number hold the same always."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.random import Generator

CHUNK = 250_000
"""Rows that are generated at a time."""

NUMBERS, GAPPY, COUNTS, CATEGORIES = 10, 6, 3, 5
"""Columns of numbers, of numbers with a tenth missing, of counts, of categories with a twentieth missing."""

SPEC = """\
name: generated
data: {{path: {file}, key: [id]}}
features:
  numeric: ["number_*", "gappy_*", "count_*"]
  categorical: ["category_*"]
  boolean: [flag]
  datetime: [day]
tasks:
  amount: {{kind: regression}}
  happened: {{kind: binary}}
  outcome: {{kind: multiclass}}
split: {{by: hash}}
schemes: [equal]
"""


def columns() -> tuple[str, ...]:
    """The names of all columns: a key, 26 features and three labels."""
    return tuple(_part(np.random.default_rng(0), 0, 2).columns)


def write_table(file: Path, rows: int) -> None:
    """Write so many rows, as Parquet or as CSV."""
    if file.suffix == ".csv":
        for number, part in enumerate(parts(rows)):
            part.to_csv(file, mode="a" if number else "w", header=not number, index=False, float_format="%.6g")
        return
    with pq.ParquetWriter(file, pa.Schema.from_pandas(next(parts(2)), preserve_index=False)) as writer:
        for part in parts(rows):
            writer.write_table(pa.Table.from_pandas(part, schema=writer.schema, preserve_index=False))


def parts(rows: int) -> Iterator[pd.DataFrame]:
    """The rows, a chunk at a time."""
    for start in range(0, rows, CHUNK):
        yield _part(np.random.default_rng(start), start, min(CHUNK, rows - start))


def _part(draw: Generator, start: int, rows: int) -> pd.DataFrame:
    numbers = {f"number_{k}": draw.normal(k, 1 + k, rows) for k in range(NUMBERS)}
    gappy = {f"gappy_{k}": np.where(draw.random(rows) < 0.1, np.nan, draw.gamma(2, 3, rows)) for k in range(GAPPY)}
    counts = {f"count_{k}": draw.poisson(3 * k + 1, rows) for k in range(COUNTS)}
    categories = {f"category_{k}": _words(draw, rows, 10 ** (1 + k % 4)) for k in range(CATEGORIES)}
    days = np.datetime64("2020-01-01") + draw.integers(0, 1500, rows)
    signal = numbers["number_0"] + 0.5 * numbers["number_1"] + counts["count_1"] / 3
    return pd.DataFrame(
        {
            "id": np.arange(start, start + rows) * 7 + 3,
            **numbers,
            **gappy,
            **counts,
            **categories,
            "flag": draw.random(rows) < 0.3,
            "day": pd.Series(days.astype("datetime64[s]")),
            "amount": np.where(draw.random(rows) < 0.2, np.nan, signal + draw.normal(0, 1, rows)),
            "happened": (signal + draw.normal(0, 2, rows) > 2).astype(np.int64),
            "outcome": np.array(["low", "middle", "high"])[np.digitize(signal + draw.normal(0, 1, rows), (0, 3))],
        }
    )


def _words(draw: Generator, rows: int, levels: int) -> pd.Series:
    words = pd.Series(np.array([f"level {level}" for level in range(levels)]), dtype="str")
    drawn = words.take(draw.integers(0, levels, rows)).reset_index(drop=True)
    return drawn.mask(pd.Series(draw.random(rows) < 0.05))
