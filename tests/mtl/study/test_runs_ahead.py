"""Of approaches that will be stopped early it is known how many those are, and after how many epochs."""

from dataclasses import replace
from pathlib import Path

import pytest

from mtl.baselines.study_runs import AnyPlan, fit_planned, plan_study
from mtl.spec import Spec
from mtl.study.estimate import estimate_of, pending_of
from mtl.study.paces import NO_PACES
from mtl.study.runs_ahead import runs_ahead
from mtl.training.approaches import approaches_of
from mtl.tuning.halving import Halving
from tests.mtl.studies import SmallStudy, small_study

pytestmark = pytest.mark.slow

SCHEMES = ["equal", "pcgrad", "random", "uncertainty", "famo"]
ALONE = 3 * 2
"""A single-task network for each gated task, with two seeds."""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    training = {"epochs": 8, "patience": 2, "batch_size": 256}
    folder = tmp_path_factory.mktemp("ahead")
    return small_study(folder, schemes=SCHEMES, training=training, tuning={"finalists": 2})


def plans_in(study: SmallStudy, folder: Path) -> tuple[AnyPlan, ...]:
    return plan_study(study.spec, approaches_of(study.spec), study.prepared, study.frame, folder)


def all_of(spec: Spec) -> Spec:
    return spec.model_copy(update={"tuning": spec.tuning.model_copy(update={"finalists": 0})})


def test_of_what_will_be_stopped_one_seed_is_ahead_and_a_part_of_its_epochs(study: SmallStudy, tmp_path: Path) -> None:
    plans = plans_in(study, tmp_path)
    ahead = runs_ahead(study.spec, plans, 8)
    assert len(ahead.early) == 3
    assert len(ahead.plans) == 2 * 2 + 3 + ALONE
    assert ahead.share == pytest.approx((2 + 2 + 4) / 3 / 8), "two are stopped after 2 epochs, one after 4"
    assert runs_ahead(study.spec, plans, 2).share == 1.0
    whole = runs_ahead(all_of(study.spec), plans, 8)
    assert (whole.plans, whole.early, whole.share) == (plans, frozenset(), 1.0)


def test_the_estimate_counts_a_part_of_the_seconds(study: SmallStudy, tmp_path: Path) -> None:
    plans = plans_in(study, tmp_path)
    paces = replace(NO_PACES)
    pending = pending_of(study.spec, plans, paces)
    told = [replace(each, seconds=8.0, basis="last") for each in pending]
    found = estimate_of(study.spec.model_copy(update={"gate": _points(study.spec)}), plans, told, {}, workers=1)
    assert (found.runs, found.early, found.known, found.confirming) == (2 * 2 + 3 + ALONE, 3, 0, 0)
    assert found.cpu_seconds == pytest.approx(8.0 * (2 * 2 + ALONE) + (2 + 2 + 4))


def _points(spec: Spec) -> object:
    return spec.gate.model_copy(update={"confidence": 0.5})


def test_what_earlier_studies_left_says_which_are_stopped(study: SmallStudy, tmp_path: Path) -> None:
    plans = plans_in(study, tmp_path)
    halving = Halving(plans, 2, 0)
    while rung := halving.ask():
        halving.end({run.plan.key: fit_planned(run.plan, run.bar) for run in rung})
    ahead = runs_ahead(study.spec, plans, 8)
    assert ahead.early == frozenset()
    assert ahead.plans == halving.left(plans)
    for plan in ahead.plans:
        fit_planned(plan)
    assert pending_of(study.spec, plans, NO_PACES) == ()
    found = estimate_of(study.spec, plans, (), {}, workers=1)
    assert (found.runs, found.known) == (0, 2 * 2 + ALONE)
