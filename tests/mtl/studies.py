"""A small study on real data: health survey answers, three tasks of mixed kinds, labels missing per person."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from mtl.data.frame import Frame
from mtl.data.prepared import Prepared, prepare
from mtl.data.read_table import read_source
from mtl.spec import Spec, parse_spec
from tests.mtl.health_answers import health_answers

COLUMNS = ("seqn", "age", "bmi", "waist_cm", "gender", "log_hba1c", "diabetes", "general_health", "log_hdl")

SMALL: dict[str, object] = {
    "name": "small",
    "data": {"path": "health.parquet", "key": ["seqn"]},
    "features": {"numeric": ["age", "bmi", "waist_cm"], "categorical": ["gender"]},
    "tasks": {
        "hba1c": {"kind": "regression", "label": "log_hba1c"},
        "diabetes": {"kind": "binary"},
        "health": {"kind": "multiclass", "label": "general_health"},
        "hdl": {"kind": "regression", "label": "log_hdl", "auxiliary": True},
    },
    "model": {"trunk": [16], "dropout": 0.1, "members": 2},
    "training": {"epochs": 4, "patience": 2, "batch_size": 128},
    "schemes": ["equal", "pcgrad"],
    "baselines": ["network"],
    "seeds": [0, 1],
    "evaluation": {"resamples": 200},
}


@dataclass(frozen=True)
class SmallStudy:
    """A spec, its frame and its prepared arrays."""

    spec: Spec
    frame: Frame
    prepared: Prepared


def tasks_with(**changes: dict[str, object]) -> dict[str, dict[str, object]]:
    """The small study's tasks, with keys of some of them added or replaced."""
    tasks: dict[str, dict[str, object]] = SMALL["tasks"]  # type: ignore[assignment]
    return {name: {**task, **changes.get(name, {})} for name, task in tasks.items()}


def write_small(folder: Path, **changes: object) -> Path:
    """Write the small study's data and spec, with top-level keys replaced, and return the spec's path."""
    folder.mkdir(parents=True, exist_ok=True)
    health_answers()[list(COLUMNS)].to_parquet(folder / "health.parquet")
    path = folder / "small.yaml"
    path.write_text(yaml.safe_dump({**SMALL, **changes}), encoding="utf-8")
    return path


def small_study(folder: Path, **changes: object) -> SmallStudy:
    """The small study, read and prepared below `folder`."""
    path = write_small(folder, **changes)
    return prepare_study(parse_spec(path.read_text(encoding="utf-8"), path.name, folder), folder)


def prepare_study(spec: Spec, folder: Path) -> SmallStudy:
    """A study whose data lie in `folder`, likewise."""
    frame = read_source(spec, folder / "cache", folder / "frames")
    prepared = prepare(spec, frame, folder / "prepared")
    return SmallStudy(spec, frame, prepared)
