"""What the trials of a model may vary."""

from pathlib import Path

import pytest

from mtl.baselines.study_runs import AnyPlan, plan_study
from mtl.ranges import Range
from mtl.run_names import RunName
from mtl.spec import Spec
from mtl.spec.tuning_section import TuningSpec
from mtl.training.approaches import TUNED_FIXED, approaches_of
from mtl.training.network_settings import TRUNK, WEIGHT, own_settings
from mtl.training.plans import RunPlan
from mtl.tuning.space import space_of
from tests.mtl.studies import SMALL, SmallStudy, small_study, tasks_with

TOLD = TuningSpec(trials=3)
COMMON = {"learning_rate", "l2", "dropout", TRUNK}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("spaces"))


@pytest.fixture
def plans(study: SmallStudy, tmp_path: Path) -> dict[RunName, AnyPlan]:
    tasks = tasks_with(diabetes={"pretrained_on": ["hdl"]})
    baselines = ["network", {"name": "boosted_trees", "l2": 5.0}, "linear"]
    spec = Spec.model_validate({**SMALL, "tasks": tasks, "baselines": baselines, "tuning": {"trials": 3}})
    made = plan_study(spec, approaches_of(spec), study.prepared, study.frame, tmp_path)
    return {plan.name: plan for plan in made}


def test_single_task_and_multi_task_networks_have_the_same_ranges(plans: dict[RunName, AnyPlan]) -> None:
    together = space_of(plans[RunName.multi("pcgrad", 0)], TOLD, {})
    alone = space_of(plans[RunName.single("health", 0)], TOLD, {})
    assert together == alone
    assert set(alone.ranges) == COMMON


def test_a_point_that_the_spec_says_means_the_plan_of_the_spec(plans: dict[RunName, AnyPlan]) -> None:
    for plan in plans.values():
        if isinstance(plan, RunPlan) and not plan.pretrained:
            space = space_of(plan, TOLD, {})
            own = {name: space.own[name] for name in own_settings(plan.model, plan.training)}
            assert plan.with_settings(own).key == plan.key


def test_constant_weights_are_coordinates_beside_what_all_networks_have(plans: dict[RunName, AnyPlan]) -> None:
    plan = plans[RunName.multi(TUNED_FIXED, 0)]
    space = space_of(plan, TOLD, {})
    assert set(space.ranges) == COMMON | {WEIGHT + task for task in plan.tasks}
    settings = space.settings(space.own)
    assert [settings[WEIGHT + task] for task in plan.tasks] == pytest.approx([1.0] * len(plan.tasks))
    assert settings["learning_rate"] == space.own["learning_rate"]


def test_a_pretrained_network_keeps_the_trunk_of_its_source(plans: dict[RunName, AnyPlan]) -> None:
    plan = plans[RunName.single("diabetes", 0, "hdl")]
    space = space_of(plan, TOLD, {TRUNK: 1.5, "l2": 0.2})
    assert set(space.ranges) == COMMON - {TRUNK}
    assert space.settings({"l2": 0.1}) == {"l2": 0.1, TRUNK: 1.5}
    assert space_of(plan, TOLD, {}).kept == {}


def test_another_baseline_has_the_ranges_of_its_own_and_begins_where_the_spec_does(
    plans: dict[RunName, AnyPlan],
) -> None:
    name = RunName.single("health", None, baseline="boosted_trees(l2=5.0)")
    narrow = TuningSpec.model_validate({"ranges": {"boosted_trees": {"l2": [1, 2]}}})
    space = space_of(plans[name], narrow, {})
    assert space.ranges["l2"] == Range(1, 2, log=True)
    assert space.own["l2"] == 5.0
    assert set(space.own) == set(space.ranges)


def test_what_chooses_its_options_itself_has_no_range(plans: dict[RunName, AnyPlan]) -> None:
    assert space_of(plans[RunName.single("health", None, baseline="linear")], TOLD, {}).ranges == {}
