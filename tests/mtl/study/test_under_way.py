"""What whoever watches is told of runs, under way and ended."""

from dataclasses import replace

import pytest

from mtl.run_names import RunName
from mtl.study.under_way import MOST_TASKS, reached, so_far
from mtl.training.checkpoint import save_checkpoint
from tests.mtl.study.fitted import FittedStudy

pytestmark = pytest.mark.slow


def test_a_run_under_way_tells_its_epochs_and_its_latest_scores(fitted: FittedStudy) -> None:
    plan = next(run.plan for run in fitted.runs if run.name == RunName.multi("equal", 0))
    assert so_far(plan) == "", "nothing is there before the first epoch"
    metric = {task.name: task.metric for task in fitted.study.prepared.tasks}
    history = {f"validation/{task}/{metric[task]}": [0.1, 0.25] for task in ("hba1c", "diabetes")}
    try:
        save_checkpoint(plan.checkpoint, {"history": history})
        assert so_far(plan).startswith("epoch 2, ")
        assert {"hba1c 0.250", "diabetes 0.250"} <= set(so_far(plan).split(", "))
        plan.checkpoint.write_bytes(b"\0" * 50)
        assert so_far(plan) == "", "half a checkpoint says nothing"
    finally:
        plan.checkpoint.unlink()


def test_a_baseline_that_is_no_network_has_no_epochs(fitted: FittedStudy) -> None:
    trees = next(run.plan for run in fitted.runs if run.name.baseline == "boosted_trees")
    assert so_far(trees) == ""


def test_a_run_that_ended_tells_its_headline_metrics_or_why_it_has_none(fitted: FittedStudy) -> None:
    run = next(run for run in fitted.runs if run.name == RunName.single("hba1c", 0))
    metric = next(task.metric for task in fitted.study.prepared.tasks if task.name == "hba1c")
    value = run.result.scores["hba1c"][metric]
    assert reached(run.plan, run.result) == f"single-task hba1c, seed 0: hba1c {value:.3f}"
    failed = replace(run.result, status="failed", reason="epoch 3: the loss is NaN")
    assert reached(run.plan, failed) == "single-task hba1c, seed 0 failed: epoch 3: the loss is NaN"
    together = next(run for run in fitted.runs if run.name == RunName.multi("equal", 0))
    assert reached(together.plan, together.result).count(".") <= MOST_TASKS
