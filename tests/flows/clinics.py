"""A study that is promoted: the same outcome at two clinics, each person labelled at one, on real survey data."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from tests.mtl.health_answers import BODY, HABITS, PERSON, SMOKING, health_answers

DEADLINE = 300.0
"""Seconds after which a command that should have ended is taken for hung."""

SHARED_PREFECT: dict[str, str] = {}
"""The address of a Prefect server for commands that need not start one of their own."""

CLINICS: Mapping[str, Any] = {
    "name": "clinics",
    "data": {"path": "clinics.parquet", "key": ["seqn"]},
    "features": {
        "numeric": [*BODY, *HABITS],
        "categorical": [*PERSON, *SMOKING],
    },
    "tasks": {"north": {"kind": "regression"}, "south": {"kind": "regression"}},
    "split": {"by": "hash", "validation": 0.2, "test": 0.6},
    "model": {"trunk": [32], "dropout": 0.1, "members": 1},
    "training": {"epochs": 40, "patience": 3, "batch_size": 64},
    "schemes": ["equal", "pcgrad"],
    "baselines": ["network"],
    "seeds": [0, 1],
    "evaluation": {"resamples": 500},
    "gate": {"confidence": 0.8},
}


@dataclass(frozen=True)
class Finished:
    """A command that ended."""

    status: int
    out: str
    err: str

    @property
    def outcome(self) -> dict[str, Any]:
        """What `mtl run --json` printed."""
        plain: dict[str, Any] = json.loads(self.out)
        return plain


def write_clinics(folder: Path, **changes: object) -> Path:
    """Write the study's data and spec, with top-level keys replaced, and return the spec's path."""
    folder.mkdir(parents=True, exist_ok=True)
    _table().to_parquet(folder / "clinics.parquet")
    path = folder / "clinics.yaml"
    path.write_text(yaml.safe_dump({**CLINICS, **changes}), encoding="utf-8")
    return path


def environment(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    """What a user's shell would have, with the program's files in `home`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT_", "MLFLOW_", "MTL_"))}
    return {**kept, "MTL_HOME": str(home), "MTL_WORKERS": "2", **more}


def stay(monkeypatch: pytest.MonkeyPatch, home: Path, **more: str) -> None:
    """Give this process the environment that a command would have: for what is quicker called than started."""
    for name in [name for name in os.environ if name.startswith(("MLFLOW_TRACKING", "MTL_"))]:
        monkeypatch.delenv(name)
    for name, value in {"MTL_HOME": str(home), **more}.items():
        monkeypatch.setenv(name, value)


def mtl(home: Path, *arguments: object, own_prefect: bool = False, **more: str) -> Finished:
    """Run the command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "flows", *map(str, arguments)],
        check=False,
        env=environment(home, {**({} if own_prefect else SHARED_PREFECT), **more}),
        cwd=home.parent,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def start_mtl(home: Path, *arguments: object, own_prefect: bool = False, **more: str) -> "subprocess.Popen[str]":
    """Start the command in a session of its own, so that it can be killed with all that it started."""
    return subprocess.Popen(
        [sys.executable, "-m", "flows", *map(str, arguments)],
        env=environment(home, {**({} if own_prefect else SHARED_PREFECT), **more}),
        cwd=home.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@cache
def _table() -> pd.DataFrame:
    table = health_answers().copy()
    for clinic, remainder in (("north", 0), ("south", 1)):
        table[clinic] = table["log_cadmium"].where(table["seqn"] % 2 == remainder)
    features: Mapping[str, list[str]] = CLINICS["features"]
    return table[["seqn", *features["numeric"], *features["categorical"], "north", "south"]]
