"""One trial: a table with a planted cause, and the cause that the probes name."""

import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mtl.baselines.study_runs import fit_planned
from mtl.data.prepared import prepare
from mtl.data.read_table import read_source
from mtl.explanation.explained import shown_of
from mtl.explanation.gains import losses_of
from mtl.explanation.named_cause import Cause, Shown, named_cause
from mtl.explanation.probes import probes_of
from mtl.provenance import digest_of, source_digest
from mtl.run_names import RunName
from mtl.spec import parse_spec
from mtl.training.approaches import approaches_of
from mtl.training.plans import plan_runs
from tests.explain.planted import CAUSES, TARGET, Planted

SEEDS = (101, 102, 103)

CODE = ("mtl.explanation", "mtl.training", "mtl.models", "mtl.data", "tests.explain")
"""What a trial's answer follows from."""


@dataclass(frozen=True)
class Trial:
    """What was planted and what was named."""

    planted: str
    named: Cause
    shown: Shown


def named_in(asked: tuple[str, int, Path]) -> str:
    """The cause that is named in a trial: planted cause, number, and the folder where trials are kept."""
    cause, number, kept = asked
    file = kept / f"{digest_of(cause, number, source_digest(*CODE))[:32]}.json"
    if not file.exists():
        with tempfile.TemporaryDirectory(prefix="mtl-explain-") as folder:
            trial = trial_of(cause, number, Path(folder))
        kept.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({**asdict(trial), "number": number}, indent=1), encoding="utf-8")
    name: str = json.loads(file.read_text(encoding="utf-8"))["named"]["name"]
    return name


def trial_of(cause: str, number: int, folder: Path) -> Trial:
    """Plant a cause and look for it; `folder` is for the trial's files."""
    planted = CAUSES[cause](np.random.default_rng([number, list(CAUSES).index(cause)]))
    spec = parse_spec(_spec(planted, folder), "planted.yaml", folder)
    frame = read_source(spec, folder / "cache", folder / "frames")
    prepared = prepare(spec, frame, folder / "prepared")
    [target] = [task for task in prepared.tasks if task.name == TARGET]
    plans = plan_runs(spec, approaches_of(spec), prepared, folder / "runs")
    of_name = {plan.name: plan for plan in plans}
    likes = [plan for plan in plans if plan.name.approach]
    best = min(likes, key=lambda plan: losses_of(prepared, target, [fit_planned(plan)]).mean)
    probes = probes_of(best, {TARGET: of_name[RunName.single(TARGET, 0)]}, SEEDS)
    results = {probe.key: tuple(fit_planned(plan) for plan in probe.plans) for probe in probes}
    shown = shown_of(prepared, TARGET, probes, results, fit_planned(best))
    return Trial(cause, named_cause(shown), shown)


def _spec(planted: Planted, folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    planted.table.to_parquet(folder / "planted.parquet")
    spec = {
        "name": "planted",
        "data": {"path": "planted.parquet", "key": ["id"]},
        "features": {"numeric": planted.features},
        "tasks": {task: {"kind": "regression"} for task in planted.tasks},
        "split": {"by": "hash", "validation": 0.45, "test": 0.05},
        "model": dict(planted.model),
        "training": dict(planted.training),
        "schemes": ["equal"],
        "baselines": ["network"],
        "seeds": list(range(planted.best_of)),
    }
    return json.dumps(spec)
