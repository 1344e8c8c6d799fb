"""A generated table in which every task can be learned and judged, and defects to plant in it."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.data.splits import split_rows
from mtl.spec import Spec, parse_spec

ROWS = 1500

TEXT = """\
name: houses
data: {path: houses.csv, key: [house]}
features:
  numeric: [area, rooms, age]
  categorical: [town]
  datetime: [listed]
  boolean: [garden]
tasks:
  price: {kind: regression}
  sold: {kind: binary}
  grade: {kind: multiclass}
split: {by: hash, validation: 0.2, test: 0.3}
schemes: [equal]
model: {trunk: [8], members: 1}
training: {epochs: 3, patience: 1}
baselines: [linear]
seeds: [0]
evaluation: {resamples: 200}
"""

Defect = Callable[[pd.DataFrame], pd.DataFrame]


def houses_spec(text: str = TEXT) -> Spec:
    """The spec, as read from `houses.yaml`."""
    return parse_spec(text, "houses.yaml")


def houses(rows: int = ROWS) -> pd.DataFrame:
    """Rows whose labels follow from their features, up to noise."""
    rng = np.random.default_rng(0)
    area, rooms, age = rng.gamma(8.0, 12.0, rows).round(2), rng.integers(1, 8, rows), rng.uniform(0, 90, rows).round(1)
    town = rng.choice(["Aden", "Bonn", "Cork", "Dover"], rows)
    value = 0.03 * area + 0.4 * rooms - 0.02 * age + (town == "Bonn") + rng.normal(0.0, 1.0, rows)
    listed = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(700, size=rows), unit="D")
    return pd.DataFrame(
        {
            "house": np.arange(rows),
            "area": area,
            "rooms": rooms,
            "age": age,
            "town": town,
            "listed": listed.strftime("%Y-%m-%d"),
            "garden": rng.random(rows) < 0.4,
            "price": (1e5 * value + rng.normal(0.0, 1e4, rows)).round(0),
            "sold": (value + rng.normal(0.0, 1.0, rows) > 5).astype(int),
            "grade": np.where(value > 5.5, "high", np.where(value > 4.5, "middle", "low")),
        }
    )


def on_side(side: str, column: str, value: object, keep: int = 0) -> Defect:
    """Write a value into a column on one side of the split, but for its first `keep` rows."""

    def planted(table: pd.DataFrame) -> pd.DataFrame:
        rows = split_rows(houses_spec(), table).rows(side)[keep:]
        return written(column, rows, value)(table)

    return planted


def written(column: str, rows: int | slice | NDArray[np.int64], value: object) -> Defect:
    """Write a value into some rows of a column."""

    def planted(table: pd.DataFrame) -> pd.DataFrame:
        cells = table[column].astype(object)
        cells.iloc[rows] = value
        return table.assign(**{column: cells.infer_objects()})

    return planted
