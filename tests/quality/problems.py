"""A table with a split of its rows, as a study that is ready to be fitted."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mtl.baselines.study_runs import AnyPlan, plan_study
from mtl.data.frame import Frame
from mtl.data.prepared import Prepared, prepare
from mtl.data.read_table import read_source
from mtl.spec import Spec, parse_spec
from mtl.training.approaches import approaches_of
from tests.quality.tables import tables

CODE = ("mtl.data", "mtl.features", "mtl.tasks", "mtl.spec", "mtl.examples", "mtl.evaluation")
CODE_HERE = ("tests.quality.tables", "tests.quality.problems", "tests.quality.contenders", "tests.quality.cells")
"""The benchmark's own modules that an answer follows from: not those that sum answers up."""


@dataclass(frozen=True)
class Problem:
    """A study that is ready to be fitted, and the folder of its runs."""

    spec: Spec
    frame: Frame
    prepared: Prepared
    runs: Path

    @property
    def plans(self) -> tuple[AnyPlan, ...]:
        """What `mtl run` would fit of it."""
        return plan_study(self.spec, approaches_of(self.spec), self.prepared, self.frame, self.runs)


def problem_of(table: str, split: int, settings: Mapping[str, object], home: Path) -> Problem:
    """`split`: which of the assignments of rows to sides, and the seed; `settings`: as `section.key`."""
    described = tables()[table].describe()
    file = home / "tables" / f"{table}-{os.getpid()}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    described.rows.to_parquet(file)
    whole = _said(table, split, described.spec, file)
    for name, value in settings.items():
        section, _, key = name.partition(".")
        whole.setdefault(section, {})[key] = value
    spec = parse_spec(yaml.safe_dump(whole))
    frame = read_source(spec, home, home / "frames")
    file.unlink()
    return Problem(spec, frame, prepare(spec, frame, home / "prepared"), home / "runs")


def _said(table: str, split: int, said: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """A spec with what the table says, and the split; what neither says is the default."""
    group = said.get("group")
    sides = {"by": "group", "column": group} if group else {"by": "hash"}
    return {
        "name": table.replace(".", "_"),
        "data": {"path": str(file), "key": said["key"]},
        "features": said["features"],
        "tasks": said["tasks"],
        "split": {**sides, "salt": f"quality {split}"},
        "schemes": ["equal"],
        "seeds": [split],
    }
