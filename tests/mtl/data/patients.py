"""A small table of patients with features and labels of every kind, missing values in each, and specs that read it."""

import numpy as np
import pandas as pd

from mtl.spec import Spec, parse_spec

TEXT = """\
name: patients
data: {path: patients.parquet, key: [id]}
features:
  numeric: [age, weight]
  categorical: [city]
  text: note
tasks:
  ill: {kind: binary}
  stage: {kind: multiclass}
  cost: {kind: regression}
model: {max_tokens: 6, min_document_frequency: 2, members: 2}
schemes: [equal]
"""
BALANCED = TEXT.replace("binary}", "binary, balanced: true}").replace("class}", "class, balanced: true}")
NOTES = ("feels well", "in much pain!!", "tired, and in pain :(", "")


def spec(more: str = "split: {by: hash, validation: 0.2, test: 0.2}\n", text: str = TEXT) -> Spec:
    """The study of patients, with its split."""
    return parse_spec(text + more, "patients.yaml")


def patients(count: int = 60, seed: int = 0) -> pd.DataFrame:
    """Patients of 12 wards, admitted over 30 days. A tenth of each feature and of each label is missing."""
    draw = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "id": np.arange(count),
            "ward": draw.integers(12, size=count),
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(draw.integers(30, size=count), unit="D"),
            "age": draw.uniform(20, 80, count),
            "weight": draw.uniform(50, 100, count),
            "city": draw.choice(["Aden", "Bonn", "Cork"], count),
            "note": draw.choice(NOTES, count),
            "ill": draw.integers(2, size=count).astype(float),
            "stage": draw.choice(["early", "late", "none"], count),
            "cost": draw.normal(100, 25, count),
        }
    )
    for column in ("age", "weight", "city", "note", "ill", "stage", "cost"):
        table.loc[draw.uniform(size=count) < 0.1, column] = None
    return table
