"""Baselines and candidate are chosen on validation."""

from dataclasses import replace

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
    assert selection.opponent("diabetes").missing == ASKED
    assert selection.candidate is None


def test_a_pretrained_run_that_is_missing_is_not_chosen(fitted: FittedStudy) -> None:
    left = [run for run in fitted.runs if not run.name.pretrained_on]
    selection = select(fitted.study.prepared, left, ASKED)
    assert RunName.single("diabetes", 1, "hdl") in {run.name for run in fitted.runs}
    assert selection.baselines["diabetes"].name.pretrained_on is None
    assert selection.candidate is not None


def test_the_best_run_of_each_baseline_is_known_and_the_best_of_them_is_the_opponent(fitted: FittedStudy) -> None:
    for task, best in fitted.selection.contenders.items():
        assert set(best) == set(ASKED)
        assert next(iter(best.values())) == fitted.selection.baselines[task]
        assert fitted.selection.opponent(task).missing == ()


def test_a_baseline_that_left_no_run_is_missing_though_others_are_there(fitted: FittedStudy) -> None:
    left = [run for run in fitted.runs if (run.name.task, run.name.baseline) != ("health", "linear")]
    selection = select(fitted.study.prepared, left, ASKED)
    assert selection.baselines["health"].name.baseline != "linear"
    assert selection.opponent("health").missing == ("linear",)
    assert selection.opponent("hba1c").missing == ()


def test_an_opponent_is_as_converged_as_its_chosen_run(fitted: FittedStudy) -> None:
    run = fitted.selection.baselines["hba1c"]
    stopped = replace(run, result=replace(run.result, not_converged="at its cap"))
    selection = replace(fitted.selection, baselines={**fitted.selection.baselines, "hba1c": stopped})
    assert selection.opponent("hba1c").not_converged == "at its cap"
