"""Successive halving: what is behind at a rung is stopped there, what is not ends as if there had been no rung."""

from dataclasses import replace
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.baselines.study_runs import AnyPlan, fit_planned, plan_study
from mtl.training.approaches import approaches_of
from mtl.training.plans import RunPlan
from mtl.training.results import RunResult
from mtl.tuning.halving import Halving, RungRun
from mtl.tuning.score import reached
from tests.mtl.studies import SmallStudy, small_study

pytestmark = pytest.mark.slow

SCHEMES = ["equal", "pcgrad", "random", "uncertainty", "famo"]
TRAINING = {"epochs": 8, "patience": 2, "batch_size": 128}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("halved"), schemes=SCHEMES, training=TRAINING, tuning={"trials": 2})


def plans_in(study: SmallStudy, runs: Path) -> tuple[AnyPlan, ...]:
    return plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, runs)


def fit_to(run: RungRun) -> RunResult:
    return fit_planned(run.plan, run.bar)


def halve(halving: Halving) -> Halving:
    while rung := halving.ask():
        halving.end({run.plan.key: fit_to(run) for run in rung})
    return halving


@pytest.fixture(scope="module")
def plans(study: SmallStudy, tmp_path_factory: pytest.TempPathFactory) -> tuple[AnyPlan, ...]:
    return plans_in(study, tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def halved(plans: tuple[AnyPlan, ...]) -> Halving:
    return halve(Halving(plans, 2, 0))


def test_the_worse_half_is_stopped_at_each_rung_and_the_better_goes_on(
    plans: tuple[AnyPlan, ...], halved: Halving
) -> None:
    assert [(each.epochs, each.place, each.among) for each in halved.stopped] == [(2, 4, 5), (2, 5, 5), (4, 3, 3)]
    assert len(halved.alive) == 2
    first = {run.plan.name.subject: run for run in Halving(plans, 2, 0).ask()}
    at_2 = {subject: reached(run.plan, fit_to(run))[1] for subject, run in first.items()}
    assert [each.approach for each in halved.stopped[:2]] == sorted(SCHEMES, key=at_2.__getitem__)[3:]
    assert all(each.standing == at_2[each.approach] for each in halved.stopped[:2])


def test_baselines_other_seeds_and_tuned_constant_weights_stay(plans: tuple[AnyPlan, ...], halved: Halving) -> None:
    left = halved.left(plans)
    gone = {each.approach for each in halved.stopped}
    assert {plan.name.subject for plan in plans} - {plan.name.subject for plan in left} == gone
    assert [plan for plan in plans if plan.name.subject not in gone] == list(left)
    assert {plan.name.subject for plan in left} > {"fixed(tuned)", "single-task hba1c"}
    assert {plan.name.seed for plan in left} == {0, 1}


def test_a_finalist_goes_on_from_its_rung_to_the_same_bytes(
    study: SmallStudy, plans: tuple[AnyPlan, ...], halved: Halving, tmp_path: Path
) -> None:
    finalist = halved.alive[0]
    assert finalist.checkpoint.exists()
    assert not finalist.is_fitted
    at_rung = RungRun(finalist, 4).result
    assert at_rung is not None
    assert (at_rung.status, at_rung.epochs) == ("pruned", 4)
    assert at_rung.reason == "stopped after 4 epochs, where approaches are compared"
    gone_on = fit_planned(finalist)
    assert not finalist.checkpoint.exists()
    assert gone_on.seconds > at_rung.seconds, "what came before the rung is counted"
    anew = fit_planned(finalist.placed(tmp_path))
    for file in ("weights.safetensors", "history.json", "validation.npz"):
        assert (gone_on.folder / file).read_bytes() == (anew.folder / file).read_bytes()


def test_what_an_earlier_study_trained_to_its_end_is_judged_by_its_epochs_up_to_the_rung(
    study: SmallStudy, halved: Halving, tmp_path: Path
) -> None:
    plans = plans_in(study, tmp_path)
    for run in Halving(plans, 2, 0).ask():
        fit_planned(run.plan)
    again = Halving(plans, 2, 0)
    while rung := again.ask():
        assert all(run.result and run.result.status == "finished" for run in rung), "nothing is left to train"
        again.end({run.plan.key: run.result for run in rung})
    assert again.stopped == halved.stopped


def test_a_rung_that_is_asked_for_again_is_known(plans: tuple[AnyPlan, ...], halved: Halving) -> None:
    again = Halving(plans, 2, 0)
    while rung := again.ask():
        again.end({run.plan.key: run.result for run in rung})
    assert again.stopped == halved.stopped


def test_a_run_that_was_saved_beyond_a_rung_stops_there_at_once(
    study: SmallStudy, plans: tuple[AnyPlan, ...], tmp_path: Path
) -> None:
    plan = next(plan for plan in plans if isinstance(plan, RunPlan)).placed(tmp_path)
    assert fit_to(RungRun(plan, 4)).epochs == 4
    assert fit_to(RungRun(plan, 2)).epochs == 4


def test_a_rung_beyond_the_cap_ends_the_run(plans: tuple[AnyPlan, ...], tmp_path: Path) -> None:
    firsts = [plan.placed(tmp_path) for plan in plans if isinstance(plan, RunPlan) and plan.name.approach]
    plan = replace(firsts[0], training=firsts[0].training.model_copy(update={"epochs": 1})).placed(tmp_path)
    [run, _] = Halving((plan, firsts[2]), 1, 0).ask()
    assert run.epochs == 1
    assert fit_to(run).status == "finished"


def test_what_left_nothing_is_stopped_first(plans: tuple[AnyPlan, ...]) -> None:
    halving = Halving(plans, 4, 0)
    rung = halving.ask()
    lost = rung[0]
    halving.end({run.plan.key: None if run is lost else fit_to(run) for run in rung})
    assert [(each.approach, each.place, each.standing) for each in halving.stopped] == [
        (lost.plan.name.subject, 5, inf)
    ]


@given(st.integers(0, 9))
def test_few_approaches_are_not_compared(plans: tuple[AnyPlan, ...], finalists: int) -> None:
    compared = Halving(plans, finalists, 0).ask()
    assert len(compared) == (len(SCHEMES) if 0 < finalists < len(SCHEMES) else 0)
    assert str(compared[0]) == "equal, first 2 epochs" if compared else True
