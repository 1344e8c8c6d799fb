"""Fit one run of the small study in a process of its own, which the tests kill: FOLDER RUNS SUBJECT BAR."""

import json
import sys
from pathlib import Path

from mtl.data.frame import Frame
from mtl.data.prepared import prepare
from mtl.data.read_table import read_source
from mtl.spec import parse_spec
from mtl.training.approaches import approaches_of
from mtl.training.fit_run import fit_run
from mtl.training.plans import RunPlan, plan_runs


def plan_of(folder: Path, runs: Path, subject: str) -> RunPlan:
    """The plan of a subject's first seed, from the spec and the data that lie in `folder`."""
    path = folder / "small.yaml"
    spec = parse_spec(path.read_text(encoding="utf-8"), path.name, folder)
    frame: Frame = read_source(spec, folder / "examples", folder / "frames")
    prepared = prepare(spec, frame, folder / "prepared")
    return next(plan for plan in plan_runs(spec, approaches_of(spec), prepared, runs) if plan.name.subject == subject)


if __name__ == "__main__":
    fit_run(plan_of(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]), tuple(json.loads(sys.argv[4])))
