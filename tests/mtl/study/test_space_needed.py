"""The estimate of what a study writes is above what its runs leave; one whose runs are known needs the least."""

from pathlib import Path

import pytest

from mtl.baselines.study_runs import fit_planned, plan_study
from mtl.disk_space import AT_LEAST, space_at_least
from mtl.study.space_needed import space_for, weight_bytes
from mtl.training.approaches import approaches_of
from mtl.training.plans import RunPlan
from tests.mtl.studies import small_study

WORKERS = 2


def folder_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.mark.slow
def test_the_estimate_is_generous_until_all_runs_are_there(tmp_path: Path) -> None:
    study = small_study(tmp_path, seeds=[0], schemes=["equal"], baselines=["network", "linear"])
    plans = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, tmp_path / "runs")
    estimated = space_for(tmp_path, plans, study.prepared, WORKERS, 0)[tmp_path]
    for plan in plans:
        fit_planned(plan)
    assert estimated - AT_LEAST > folder_bytes(tmp_path / "runs")
    assert space_for(tmp_path, plans, study.prepared, WORKERS, 0) == space_at_least(tmp_path)


def test_it_grows_with_runs_and_trials_and_width(tmp_path: Path) -> None:
    def estimate(trials: int = 0, seeds: int = 1, width: int = 16, halved: bool = False) -> int:
        model = {"trunk": [width], "members": 1}
        study = small_study(tmp_path, seeds=list(range(seeds)), baselines=["network"], model=model)
        plans = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, tmp_path / "runs")
        return space_for(tmp_path, plans, study.prepared, WORKERS, trials, halved)[tmp_path]

    more = (estimate(trials=3), estimate(seeds=2), estimate(width=2048), estimate(halved=True))
    assert AT_LEAST < estimate() < min(more)


def test_weights_are_counted_as_a_run_leaves_them(tmp_path: Path) -> None:
    study = small_study(tmp_path, seeds=[0], schemes=["equal"], baselines=["network"])
    plans = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, tmp_path / "runs")
    plan = next(plan for plan in plans if isinstance(plan, RunPlan) and len(plan.tasks) == 1)
    assert weight_bytes(plan) == sum(4 * weight.numel() for weight in fit_planned(plan).weights.values())
