"""A study of hospital visits and a table that holds everything it needs."""

import numpy as np
import pandas as pd

from mtl.spec import Spec, parse_spec

ROWS = 300

SPEC = """\
name: visits
data: {path: visits.csv, key: [person, visit]}
features:
  numeric: [age, weight, beds, smoker]
  categorical: [region]
  text: note
tasks:
  readmitted: {kind: binary}
  urgent: {kind: binary}
  cost: {kind: regression}
  triage: {kind: multiclass}
split: {by: time, column: day}
schemes: [equal]
checks:
  min_rows: 100
  max_rows: 1000
  min_label_rate: 0.3
  columns:
    age: {min: 0, max: 110, max_null_rate: 0.1}
    weight: {min: 0.1, max: 400.7}
    region: {values: [north, south, east]}
    room: {min: 1, max: 40, mostly: 0.9, severity: warning}
"""


def visits_spec() -> Spec:
    """The spec, as read from `visits.yaml`."""
    return parse_spec(SPEC, "visits.yaml")


def with_data_docs(spec: Spec) -> Spec:
    """The same, which asks for Great Expectations' own pages, too."""
    return spec.model_copy(update={"checks": spec.checks.model_copy(update={"data_docs": True})})


def visits_table() -> pd.DataFrame:
    """300 visits of 150 people, in the types that readers give: narrow, nullable, boolean, text."""
    rng = np.random.default_rng(0)
    row = np.arange(ROWS)
    return pd.DataFrame(
        {
            "person": 1000 + row // 2,
            "visit": 1 + row % 2,
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(row % 60, unit="D"),
            "age": np.where(row % 20 == 19, np.nan, rng.integers(18, 95, ROWS)),
            "weight": rng.normal(75, 12, ROWS).astype(np.float32),
            "beds": pd.array(rng.integers(1, 7, ROWS), dtype="Int16"),
            "smoker": rng.random(ROWS) < 0.2,
            "region": rng.choice(["north", "south", "east"], ROWS),
            "note": rng.choice(["came by foot", "fell, again", "check-up"], ROWS),
            "readmitted": np.where(row % 3 == 2, np.nan, row % 2),
            "urgent": row % 4 == 0,
            "cost": np.where(row % 5 == 4, np.nan, rng.gamma(2.0, 900.0, ROWS)),
            "triage": rng.choice(["red", "yellow", "green"], ROWS),
            "room": rng.integers(1, 41, ROWS),
            "not_in_the_spec": rng.random(ROWS),
        }
    )
