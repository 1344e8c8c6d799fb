"""A probe of a few batches against a training of all rows."""

import time
from pathlib import Path

import pytest

from mtl.baselines.study_runs import plan_study
from mtl.study.speed_probe import seconds_per_epoch
from mtl.training.approaches import approaches_of
from mtl.training.fit_run import fit_run
from mtl.training.plans import RunPlan
from tests.mtl.studies import small_study

NEAR = 4.0
"""Factor between a probe and what it stands for, on a machine that does other work meanwhile."""


def _plans(folder: Path, **changes: object) -> list[RunPlan]:
    study = small_study(folder, **changes)
    plans = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, folder / "runs")
    return [plan for plan in plans if isinstance(plan, RunPlan)]


def test_a_probe_tells_about_what_an_epoch_takes_and_stores_nothing(tmp_path: Path) -> None:
    together = _plans(tmp_path, training={"epochs": 12, "patience": 12, "batch_size": 16})[0]
    told = seconds_per_epoch(together)
    assert told is not None
    assert not (tmp_path / "runs").exists()
    fit_run(together)  # imports what is imported once
    clock = time.process_time()
    result = fit_run(together.with_seed(5))
    took = (time.process_time() - clock) / result.epochs
    assert took / NEAR < told < took * NEAR


def test_a_network_of_one_task_is_probed_on_its_labels_alone(tmp_path: Path) -> None:
    alone = next(plan for plan in _plans(tmp_path) if plan.name.task == "diabetes")
    told = seconds_per_epoch(alone)
    assert told is not None
    assert told > 0


def test_a_training_that_diverges_tells_nothing(tmp_path: Path) -> None:
    wild = _plans(tmp_path, training={"epochs": 4, "patience": 2, "batch_size": 128, "learning_rate": 1e3, "l2": 1e6})
    assert seconds_per_epoch(wild[0]) is None


@pytest.mark.parametrize("patience", [1, 30])
def test_how_long_it_trains_is_not_the_studys_to_say(tmp_path: Path, patience: int) -> None:
    plan = _plans(tmp_path, training={"epochs": 1, "patience": patience, "batch_size": 128})[0]
    assert seconds_per_epoch(plan) is not None
