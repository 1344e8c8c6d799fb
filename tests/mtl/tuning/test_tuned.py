"""What tuning came to, and what of it was trained now."""

from dataclasses import replace
from pathlib import Path

import pytest

from mtl.baselines.study_runs import plan_study
from mtl.run_names import RunName
from mtl.study.tracking_records import rung_record, trial_record
from mtl.training.approaches import approaches_of
from mtl.tuning.halving import RungRun
from mtl.tuning.search import Trial
from mtl.tuning.tuned import Choice, RungEnd, TrialRun, Tuned, Tuning
from tests.mtl.studies import SmallStudy, small_study
from tests.mtl.study.fitted import FittedStudy

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> FittedStudy:
    return FittedStudy(tmp_path_factory.mktemp("tuned"))


def trial_of(fitted: FittedStudy, number: int, score: float = 0.5) -> TrialRun:
    run = next(run for run in fitted.runs if run.name == RunName.multi("equal", 0))
    settings = {"learning_rate": 0.00123456} if number else {}
    return TrialRun(Trial(run.name.subject, number, settings, run.plan, score=score), run.result, reused=False)


def test_what_was_trained_now_and_what_was_left_are_told_apart(fitted: FittedStudy) -> None:
    now = trial_of(fitted, 0)
    known = next(run for run in fitted.runs if run.name == RunName.single("health", 1))
    before = TrialRun(Trial(known.name.subject, 0, {}, known.plan, score=0.7), known.result, reused=True)
    nothing = replace(before, result=None, reused=False)
    tuned = Tuned((), (now, before, nothing))
    assert set(tuned.trained) == {now.trial.plan.key}
    assert tuned.reused == {known.plan.key}
    assert Tuned(()).tuning == Tuning()


def test_a_trial_is_recorded_with_its_number_settings_and_score(fitted: FittedStudy) -> None:
    record = trial_record(trial_of(fitted, 3))
    assert record.run_name == "equal, trial 3"
    assert (record.tags["level"], record.tags["trial"]) == ("trial", "3")
    assert record.params["trial.learning_rate"] == "0.001235"
    assert record.final["score"] == 0.5
    assert not record.history
    assert not any(name.startswith("trial.") for name in trial_record(trial_of(fitted, 0)).params)


def test_an_approach_that_was_stopped_counts_as_trained_and_is_recorded_as_pruned(fitted: FittedStudy) -> None:
    run = next(run for run in fitted.runs if run.name == RunName.multi("equal", 0))
    end = RungEnd(RungRun(run.network, 4), replace(run.result, status="pruned", reason="stopped"), reused=False)
    tuned = Tuned((), ends=(end, replace(end, result=None)))
    assert set(tuned.trained) == {run.plan.key}
    assert Tuned((), ends=(replace(end, reused=True),)).reused == {run.plan.key}
    record = rung_record(end)
    assert (record.run_name, record.status, record.tags["level"]) == ("equal, first 4 epochs", "pruned", "rung")
    assert record.tags["reason"] == "stopped"
    failed = replace(end, result=replace(run.result, status="failed"))
    assert rung_record(failed).status == "failed"
    with pytest.raises(ValueError, match="equal, first 4 epochs left nothing"):
        rung_record(replace(end, result=None))


def test_a_failed_trial_is_recorded_without_a_score(fitted: FittedStudy) -> None:
    run = trial_of(fitted, 1, float("inf"))
    assert run.result is not None
    record = trial_record(replace(run, result=replace(run.result, status="failed", reason="diverged")))
    assert (record.status, record.tags["reason"]) == ("failed", "diverged")
    assert "score" not in record.final


def test_a_pruned_trial_is_recorded_as_such_with_what_it_had_reached(fitted: FittedStudy) -> None:
    run = trial_of(fitted, 4)
    record = trial_record(replace(run, trial=replace(run.trial, pruned=True)))
    assert (record.status, record.final["score"]) == ("pruned", 0.5)


def test_a_trial_that_left_nothing_has_no_record(fitted: FittedStudy) -> None:
    with pytest.raises(ValueError, match="equal, trial 1 left nothing"):
        trial_record(replace(trial_of(fitted, 1), result=None))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("plans"), baselines=["network", "boosted_trees"], seeds=[0, 1, 2])


def test_further_seeds_of_a_choice_are_counted_beside_its_trials(study: SmallStudy, tmp_path: Path) -> None:
    plans = plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, tmp_path)
    subjects = {plan.name.subject: plan.name for plan in plans}
    choices = [Choice(subject, name.task or "", 5, 0, 0, 0, {}, 1.0, 1.0) for subject, name in subjects.items()]
    told = Tuning.of(choices, plans, study.spec.gated_tasks)
    assert told.candidate_from == 2 * (5 + 2)
    assert told.opponent_from == dict.fromkeys(study.spec.gated_tasks, 5 + 2 + 5)
