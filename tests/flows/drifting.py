"""A study that is split by time, whose world changes: from one day on, the same features mean the opposite.

Three clinics measure one outcome, each person at one of them, so that a model of all sees three times the rows of a
model of one: a retrain in a world that stands still promotes.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

FIRST_DAY = pd.Timestamp("2024-01-01")
DAYS, ROWS_A_DAY, FEATURES = 59, 45, 60
TURNED = 29
"""The day, from the first one as 0, on which signs turn."""

TASKS = ("north", "south", "west")

DRIFTING: Mapping[str, Any] = {
    "name": "drifting",
    "data": {"path": "drifting.parquet", "key": ["person"]},
    "features": {"numeric": [f"x{number}" for number in range(FEATURES)]},
    "tasks": {task: {"kind": "regression"} for task in TASKS},
    "split": {"by": "time", "column": "day", "test_days": 10, "validation_days": 3, "train_days": 6},
    "model": {"trunk": [32], "dropout": 0.0, "members": 1},
    "training": {"epochs": 300, "patience": 8, "batch_size": 64, "learning_rate": 0.02},
    "schemes": ["equal"],
    "baselines": ["network"],
    "seeds": [0],
    "evaluation": {"resamples": 200, "unit": "day"},
    "gate": {"confidence": 0.6, "confirmation": 2, "min_labels": 20, "min_rare_labels": 20},
}


def drifting_table() -> pd.DataFrame:
    """One row per person; of the outcomes each has the one of the clinic."""
    random = np.random.default_rng(0)
    day = np.repeat(np.arange(DAYS), ROWS_A_DAY)
    features = random.normal(size=(len(day), FEATURES))
    signal = features @ random.normal(size=FEATURES) / np.sqrt(FEATURES)
    outcome = np.where(day < TURNED, signal, -signal) + random.normal(scale=0.3, size=len(day))
    table = pd.DataFrame(features, columns=list(DRIFTING["features"]["numeric"]))
    table["person"], table["day"] = (
        np.arange(len(day)),
        (FIRST_DAY + pd.to_timedelta(day, unit="D")).strftime("%Y-%m-%d"),
    )
    for clinic, remainder in zip(TASKS, range(len(TASKS)), strict=True):
        table[clinic] = np.where(table["person"] % len(TASKS) == remainder, outcome, np.nan)
    return table


def write_drifting(folder: Path, table: pd.DataFrame | None = None, **changes: object) -> Path:
    """Write the study's data and spec, with top-level keys replaced, and return the spec's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (drifting_table() if table is None else table).to_parquet(folder / "drifting.parquet")
    path = folder / "drifting.yaml"
    path.write_text(yaml.safe_dump({**DRIFTING, **changes}), encoding="utf-8")
    return path
