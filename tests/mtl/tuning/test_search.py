"""The trials of a small study: equal in number, the same again after a kill, and never worse than the spec's own."""

import math
from pathlib import Path

import pytest

from mtl.baselines.study_runs import AnyPlan, fit_planned, plan_study
from mtl.ranges import Settings
from mtl.run_names import ApproachName, RunName
from mtl.training.approaches import TUNED_FIXED, approaches_of
from mtl.training.network_settings import TRUNK, WEIGHT
from mtl.training.plans import RunPlan
from mtl.tuning.chosen_plans import plans_with
from mtl.tuning.search import Search, Trial
from mtl.tuning.tuned import Choice, Tuning
from mtl.tuning.waves import Chosen, waves
from tests.mtl.studies import SmallStudy, small_study, tasks_with

TRIALS = 3
FIXED = ApproachName(TUNED_FIXED)
TREES = {"name": "boosted_trees", "iterations": 20}


def finish(search: Search, at_most: int = 99) -> list[Trial]:
    """Fit the trials that are left, or some of them."""
    while len(search.ended) < at_most and (trial := search.ask()):
        search.end(trial, fit_planned(trial.plan))
    return list(search.ended)


class TunedStudy:
    def __init__(self, folder: Path) -> None:
        tasks = tasks_with(diabetes={"pretrained_on": ["hdl"]})
        tuning = {"trials": TRIALS, "ranges": {"network": {"learning_rate": [0.001, 0.02]}}}
        told = {"schemes": ["equal"], "baselines": ["network", TREES, "linear"], "seeds": [3, 4]}
        self.study: SmallStudy = small_study(folder, tasks=tasks, tuning=tuning, **told)
        self.folder = folder / "runs"
        self.plans = self.planned()
        self.searches: dict[RunName, Search] = {}
        self.chosen: Chosen = {}
        for wave in waves(self.study.spec, self.plans, self.chosen):
            self.searches |= wave
            for name, search in wave.items():
                finish(search)
                self.chosen[name.subject] = search.best.settings

    def planned(self) -> tuple[AnyPlan, ...]:
        spec = self.study.spec
        return plan_study(spec, approaches_of(spec), self.study.prepared, self.study.frame, self.folder)


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> TunedStudy:
    return TunedStudy(tmp_path_factory.mktemp("tuned"))


pytestmark = pytest.mark.slow


def test_every_approach_and_every_baseline_of_every_task_has_as_many_trials(tuned: TunedStudy) -> None:
    counts = {name.subject: len(search.ended) for name, search in tuned.searches.items()}
    own_grid = {subject: count for subject, count in counts.items() if subject.startswith("linear")}
    assert set(own_grid.values()) == {1}
    assert {count for subject, count in counts.items() if subject not in own_grid} == {TRIALS}
    assert {plan.name.subject for plan in tuned.plans} == set(counts)
    assert str(FIXED) in counts


def test_the_first_trial_is_the_run_that_the_spec_asks_for(tuned: TunedStudy) -> None:
    spec_keys = {plan.key for plan in tuned.plans}
    for name, search in tuned.searches.items():
        if name.pretrained_on is None:
            assert search.ended[0].plan.key in spec_keys
        assert search.best.score <= search.ended[0].score < math.inf
        assert len({trial.plan.key for trial in search.ended}) == len(search.ended)


def test_settings_are_in_the_ranges_of_the_spec(tuned: TunedStudy) -> None:
    for name, search in tuned.searches.items():
        for trial in search.ended[1:]:
            if name.baseline == "network":
                assert 0.001 <= trial.settings["learning_rate"] <= 0.02
                assert isinstance(trial.plan, RunPlan)
                assert trial.plan.training.learning_rate == trial.settings["learning_rate"]


def test_constant_weights_are_on_the_simplex_and_reach_the_training(tuned: TunedStudy) -> None:
    tasks = tuple(tuned.study.spec.tasks)
    first, *later = tuned.searches[RunName(FIXED, None, 3)].ended
    for trial in later:
        weights = [trial.settings[WEIGHT + task] for task in tasks]
        assert min(weights) >= 0
        assert math.fsum(weights) == pytest.approx(len(tasks))
        assert trial.plan.result is not None
        seen = [trial.plan.result.history[f"weight/{task}"][0] for task in tasks]
        assert seen == pytest.approx(weights, rel=1e-4)
    assert first.settings == {}


def test_a_pretrained_network_has_the_tuned_trunk_of_what_it_starts_from(tuned: TunedStudy) -> None:
    source = tuned.searches[RunName.single("hdl", 3)].best
    search = tuned.searches[RunName.single("diabetes", 3, "hdl")]
    for trial in search.ended:
        assert trial.settings.get(TRUNK) == source.settings.get(TRUNK)
        assert isinstance(trial.plan, RunPlan)
        assert trial.plan.pretrained is not None
        assert trial.plan.pretrained.key == source.plan.key


def test_a_search_that_was_killed_asks_for_the_same_trials_and_fits_none_twice(tuned: TunedStudy) -> None:
    again = next(waves(tuned.study.spec, tuned.planned(), {}))
    for name in (RunName(FIXED, None, 3), RunName.single("health", None, baseline="boosted_trees(iterations=20)")):
        begun, search = tuned.searches[name], again[name]
        for before in begun.ended:
            trial = search.ask()
            assert trial is not None
            assert (trial.settings, trial.plan.key) == (before.settings, before.plan.key)
            assert trial.plan.is_fitted
            search.end(trial, trial.plan.result)
        assert search.ask() is None


def test_the_chosen_settings_are_trained_with_every_seed_and_the_first_is_a_trial(tuned: TunedStudy) -> None:
    told = plans_with(tuned.plans, tuned.chosen)
    assert [plan.name for plan in told] == [plan.name for plan in tuned.plans]
    by_name = {plan.name: plan for plan in told}
    for name, search in tuned.searches.items():
        assert by_name[name].key == search.best.plan.key
        if name.seed is not None:
            other = by_name[RunName(name.approach, name.task, 4, name.pretrained_on, name.baseline)]
            assert not other.is_fitted
            assert other.key not in {plan.key for plan in tuned.plans} or not search.best.settings


def test_a_choice_says_of_how_many_it_is_the_best(tuned: TunedStudy) -> None:
    choices = [Choice.of(search, name) for name, search in tuned.searches.items()]
    told = Tuning.of(choices, plans_with(tuned.plans, tuned.chosen), tuned.study.spec.gated_tasks)
    approaches, seeds = 2, 2
    assert told.candidate_from == approaches * (TRIALS + seeds - 1)
    network, trees, linear = TRIALS + seeds - 1, TRIALS, 1
    assert told.opponent_from == {
        "hba1c": network + trees + linear,
        "diabetes": 2 * network + trees + linear,
        "health": network + trees + linear,
    }


def test_a_search_may_be_asked_for_fewer_trials_than_it_has(tuned: TunedStudy) -> None:
    search = next(waves(tuned.study.spec, tuned.planned(), {}))[RunName.single("health", 3)]
    for upto in (1, 2):
        trial = search.ask(upto)
        assert trial is not None
        search.end(trial, trial.result)
        assert search.ask(upto) is None
    assert search.ask(99) is not None


def test_failed_trials_are_counted_and_never_chosen(tuned: TunedStudy) -> None:
    name = RunName.single("health", 3)
    search = next(waves(tuned.study.spec, tuned.planned(), {}))[name]
    asked: list[Settings] = []
    while trial := search.ask():
        asked.append(trial.settings)
        search.end(trial, trial.plan.result if trial.number == 0 else None)
    choice = Choice.of(search, name)
    assert (choice.trials, choice.failed, choice.chosen, choice.settings) == (TRIALS, TRIALS - 1, 0, {})
    assert len(asked) == TRIALS


def test_where_every_trial_failed_the_spec_stands(tuned: TunedStudy) -> None:
    search = next(waves(tuned.study.spec, tuned.planned(), {}))[RunName.single("health", 3)]
    while trial := search.ask():
        search.end(trial, None)
    assert search.best.settings == {}
