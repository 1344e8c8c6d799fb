"""What a trial is judged by."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mtl.baselines.study_runs import fit_planned, plan_study
from mtl.run_names import RunName
from mtl.storage import write_json
from mtl.study.choices import FittedRun
from mtl.training.approaches import approaches_of
from mtl.training.results import HISTORY
from mtl.tuning.score import score
from tests.mtl.studies import small_study

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[RunName, FittedRun]:
    home = tmp_path_factory.mktemp("scores")
    study = small_study(home, schemes=["equal"], baselines=["network", "linear"], seeds=[0])
    spec = study.spec
    plans = plan_study(spec, approaches_of(spec), study.prepared, study.frame, home / "runs")
    return {plan.name: FittedRun(plan, fit_planned(plan)) for plan in plans}


def test_a_network_is_judged_by_what_it_stops_by(runs: dict[RunName, FittedRun]) -> None:
    """The kept epoch is the best of all, over the gated tasks alone."""
    run = runs[RunName.multi("equal", 0)]
    gated = [task for task in run.plan.prepared.tasks if not task.auxiliary]
    losses = np.array([np.array(run.result.history[f"validation/{t.name}/loss"]) / t.prior_loss for t in gated])
    assert score(run.plan, run.result) == pytest.approx(losses.mean(axis=0).min())


def test_another_baseline_is_judged_by_its_headline_metric(runs: dict[RunName, FittedRun]) -> None:
    run = runs[RunName.single("hba1c", None, baseline="linear")]
    assert score(run.plan, run.result) == -run.result.scores["hba1c"]["r2"]


def test_what_failed_or_left_nothing_is_the_worst(runs: dict[RunName, FittedRun]) -> None:
    for run in runs.values():
        assert score(run.plan, replace(run.result, status="failed")) == math.inf
        assert score(run.plan, None) == math.inf
        assert math.isfinite(score(run.plan, run.result))
    network = runs[RunName.single("health", 0)]
    assert score(network.plan, replace(network.result, best_epoch=-1)) == math.inf


def test_a_task_without_a_validation_label_leaves_the_score_to_the_others(
    runs: dict[RunName, FittedRun], tmp_path: Path
) -> None:
    run = runs[RunName.multi("equal", 0)]
    none = [math.nan] * len(run.result.history["validation/health/loss"])
    write_json(tmp_path / HISTORY, {**run.result.history, "validation/health/loss": none})
    part = replace(run.result, folder=tmp_path)
    left = [task for task in run.plan.prepared.tasks if task.name in ("hba1c", "diabetes")]
    losses = [run.result.history[f"validation/{t.name}/loss"][run.result.best_epoch] / t.prior_loss for t in left]
    assert score(run.plan, part) == pytest.approx(np.mean(losses))
