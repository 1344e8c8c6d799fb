"""Baselines and candidate are chosen on validation."""

from mtl.run_names import RunName
from mtl.study.choices import select
from tests.mtl.study.fitted import ASKED, FittedStudy


def test_baselines_and_candidate_are_chosen_among_all_seeds(fitted: FittedStudy) -> None:
    assert set(fitted.selection.baselines) == {"hba1c", "diabetes", "health"}
    assert all(run.name.task == task for task, run in fitted.selection.baselines.items())
    assert fitted.selection.candidate is not None
    assert fitted.selection.candidate.name.subject in ("equal", "pcgrad")
    assert set(fitted.selection.standings) == {run.name for run in fitted.runs if run.name.approach}


def test_a_task_whose_baselines_all_failed_leaves_no_candidate(fitted: FittedStudy) -> None:
    left = [run for run in fitted.runs if run.name.task != "diabetes" or run.name.pretrained_on]
    selection = select(fitted.study.prepared, left, ASKED)
    assert "diabetes" not in selection.baselines
    assert selection.candidate is None


def test_a_pretrained_run_that_is_missing_is_not_chosen(fitted: FittedStudy) -> None:
    left = [run for run in fitted.runs if not run.name.pretrained_on]
    selection = select(fitted.study.prepared, left, ASKED)
    assert RunName.single("diabetes", 1, "hdl") in {run.name for run in fitted.runs}
    assert selection.baselines["diabetes"].name.pretrained_on is None
    assert selection.candidate is not None
