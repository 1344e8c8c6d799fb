"""A search that stops what is clearly behind: the same trials again, whatever an earlier study had left."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mtl.baselines.study_runs import AnyPlan, fit_planned, plan_study
from mtl.run_names import RunName
from mtl.training.approaches import approaches_of
from mtl.training.plans import RunPlan
from mtl.tuning.score import reached
from mtl.tuning.search import Search, Trial
from mtl.tuning.space import space_of
from mtl.tuning.tuned import Choice
from tests.mtl.studies import SmallStudy, small_study

pytestmark = pytest.mark.slow

TRIALS = 9
NAME = RunName.single("hba1c", 0)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    training = {"epochs": 8, "patience": 2, "batch_size": 128}
    told = {"schemes": ["equal"], "seeds": [0], "training": training, "tuning": {"trials": TRIALS}}
    return small_study(tmp_path_factory.mktemp("pruned"), **told)


def begun(study: SmallStudy, runs: Path) -> Search:
    spec = study.spec
    plans: dict[RunName, AnyPlan] = {
        plan.name: plan for plan in plan_study(spec, approaches_of(spec), study.prepared, study.frame, runs)
    }
    return Search(plans[NAME], space_of(plans[NAME], spec.tuning, {}), TRIALS)


def finish(search: Search) -> tuple[Trial, ...]:
    while trial := search.ask():
        search.end(trial, fit_planned(trial.plan, trial.bar))
    return search.ended


@pytest.fixture(scope="module")
def first(study: SmallStudy, tmp_path_factory: pytest.TempPathFactory) -> Search:
    search = begun(study, tmp_path_factory.mktemp("first"))
    finish(search)
    return search


def test_some_are_pruned_none_of_which_is_chosen_and_all_are_counted(first: Search) -> None:
    pruned = [trial for trial in first.ended if trial.pruned]
    assert pruned
    assert not first.best.pruned
    assert all(trial.score > first.best.score and trial.result != trial.plan.result for trial in pruned)
    choice = Choice.of(first, NAME)
    assert (choice.trials, choice.pruned, choice.failed) == (TRIALS, len(pruned), 0)


def test_a_search_that_is_repeated_finds_every_trial(study: SmallStudy, first: Search) -> None:
    again = begun(study, first.best.plan.folder.parent)
    for before in first.ended:
        trial = again.ask()
        assert trial is not None
        assert trial.result is not None
        assert again.end(trial, trial.result) == before
    assert again.ask() is None


def test_what_another_study_had_trained_to_its_end_changes_no_trial(
    study: SmallStudy, first: Search, tmp_path: Path
) -> None:
    for trial in first.ended:
        assert isinstance(trial.plan, RunPlan)
        fit_planned(trial.plan.placed(tmp_path))
    told = [replace(trial, plan=first.ended[0].plan) for trial in finish(begun(study, tmp_path))]
    assert told == [replace(trial, plan=first.ended[0].plan) for trial in first.ended]


def test_the_chosen_trial_is_to_the_bit_what_its_plan_gives_without_a_bar(first: Search, tmp_path: Path) -> None:
    best = first.best
    assert isinstance(best.plan, RunPlan)
    assert best.plan.result is not None
    alone = fit_planned(best.plan.placed(tmp_path))
    assert alone.weights.keys() == best.plan.result.weights.keys()
    assert all(torch.equal(value, best.plan.result.weights[name]) for name, value in alone.weights.items())
    assert reached(best.plan, alone) == best.reached


def test_a_planted_bad_trial_is_stopped_at_the_first_epoch_that_the_others_are_ahead_in(
    study: SmallStudy, tmp_path: Path
) -> None:
    search = begun(study, tmp_path)
    while len(search.ended) < 4 and (trial := search.ask()):
        search.end(trial, fit_planned(trial.plan, trial.bar))
    asked = search.ask()
    assert asked is not None
    assert isinstance(asked.plan, RunPlan)
    bad = replace(asked, plan=asked.plan.with_settings({"learning_rate": 1e-9}))
    result = fit_planned(bad.plan, bad.bar)
    assert (result.status, result.epochs) == ("pruned", study.spec.training.patience)
    scored = search.end(bad, result)
    assert (scored.pruned, scored.score) == (True, reached(bad.plan, result)[-1])
    assert bad.judged(fit_planned(bad.plan)) == scored
