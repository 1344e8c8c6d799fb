"""Plans whose digest says what they follow from."""

from pathlib import Path

import pytest

from mtl.ranges import Settings
from mtl.run_names import RunName
from mtl.spec import Spec
from mtl.training.approaches import approaches_of
from mtl.training.network_settings import WEIGHT, own_settings
from mtl.training.plans import RunPlan, plan_runs
from mtl.weighting.schemes.fixed import Fixed
from tests.mtl.studies import SMALL, SmallStudy, small_study, tasks_with

TRANSFER = tasks_with(diabetes={"pretrained_on": ["hba1c", "hdl"]})
"""`diabetes` after a gated task, and after one that is auxiliary."""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("plans"))


def plans(study: SmallStudy, folder: Path, **changes: object) -> dict[RunName, RunPlan]:
    spec = Spec.model_validate({**SMALL, **changes})
    return {plan.name: plan for plan in plan_runs(spec, approaches_of(spec), study.prepared, folder)}


def keys(plans: dict[RunName, RunPlan]) -> dict[RunName, str]:
    return {name: plan.key for name, plan in plans.items()}


def test_a_study_has_every_scheme_and_every_gated_task_alone_with_every_seed(study: SmallStudy, tmp_path: Path) -> None:
    expected = {RunName.multi(scheme, seed) for scheme in ("equal", "pcgrad") for seed in (0, 1)}
    expected |= {RunName.single(task, seed) for task in ("hba1c", "diabetes", "health") for seed in (0, 1)}
    found = plans(study, tmp_path)
    assert set(found) == expected
    assert len(set(keys(found).values())) == len(expected)


def test_a_task_is_fitted_after_each_source_with_every_seed(study: SmallStudy, tmp_path: Path) -> None:
    before, after = plans(study, tmp_path), plans(study, tmp_path, tasks=TRANSFER)
    added = {RunName.single("diabetes", seed, source) for source in ("hba1c", "hdl") for seed in (0, 1)}
    assert set(after) - set(before) == added | {RunName.single("hdl", seed) for seed in (0, 1)}
    for name in added:
        source = after[name].pretrained
        assert source is after[RunName.single(str(name.pretrained_on), name.seed)]
        assert after[name].tasks == ("diabetes",)
    assert len(set(keys(after).values())) == len(after)


def test_pretraining_leaves_the_other_runs_as_they_are(study: SmallStudy, tmp_path: Path) -> None:
    before, after = plans(study, tmp_path), plans(study, tmp_path, tasks=TRANSFER)
    assert keys(before).items() <= keys(after).items()


def test_a_run_is_planned_after_the_one_that_it_starts_from(study: SmallStudy, tmp_path: Path) -> None:
    mutual = tasks_with(diabetes={"pretrained_on": ["hba1c"]}, hba1c={"pretrained_on": ["diabetes"]})
    found = list(plans(study, tmp_path, tasks=mutual).values())
    waiting = [plan for plan in found if plan.pretrained]
    assert len(waiting) == 4
    assert all(plan.pretrained in found[: found.index(plan)] for plan in waiting)


@pytest.mark.parametrize("changes", [{"model": {"trunk": [8]}}, {"training": {"epochs": 5}}])
def test_another_model_or_budget_is_another_run(study: SmallStudy, tmp_path: Path, changes: dict[str, object]) -> None:
    before, after = plans(study, tmp_path, tasks=TRANSFER), plans(study, tmp_path, tasks=TRANSFER, **changes)
    assert not set(keys(before).values()) & set(keys(after).values())


def test_a_further_scheme_or_another_gate_leaves_the_other_runs_as_they_are(study: SmallStudy, tmp_path: Path) -> None:
    before = plans(study, tmp_path)
    after = plans(study, tmp_path, schemes=["dwa", "equal", "pcgrad"], gate={"confidence": 0.9})
    assert keys(before).items() <= keys(after).items()


def test_a_run_with_the_settings_of_the_spec_is_the_same_run(study: SmallStudy, tmp_path: Path) -> None:
    for plan in plans(study, tmp_path, tasks=TRANSFER).values():
        assert plan.with_settings({}, plan.pretrained) == plan
        assert plan.with_settings(own_settings(plan.model, plan.training), plan.pretrained).key == plan.key


@pytest.mark.parametrize(
    "settings",
    [{"learning_rate": 0.01}, {"l2": 0.3}, {"dropout": 0.4}, {"trunk": 2.0}],
)
def test_another_setting_is_another_run_beside_it(study: SmallStudy, tmp_path: Path, settings: Settings) -> None:
    plan = plans(study, tmp_path)[RunName.multi("pcgrad", 0)]
    told = plan.with_settings(settings)
    assert told.key != plan.key
    assert told.folder.parent == plan.folder.parent
    assert (told.name, told.scheme, told.sharing, told.tasks) == (plan.name, plan.scheme, plan.sharing, plan.tasks)


def test_weights_among_the_settings_make_a_run_with_constant_weights(study: SmallStudy, tmp_path: Path) -> None:
    plan = plans(study, tmp_path)[RunName.multi("equal", 0)]
    weights = {WEIGHT + task: weight for task, weight in zip(plan.tasks, (0.5, 1.5, 1.0, 1.0), strict=True)}
    told = plan.with_settings(weights)
    assert told.scheme == Fixed((0.5, 1.5, 1.0, 1.0))
    assert told.key != plan.key


def test_a_run_that_starts_from_a_tuned_one_is_another_run(study: SmallStudy, tmp_path: Path) -> None:
    plan = plans(study, tmp_path, tasks=TRANSFER)[RunName.single("diabetes", 0, "hdl")]
    assert plan.pretrained is not None
    source = plan.pretrained.with_settings({"l2": 0.3})
    told = plan.with_settings({}, source)
    assert told.pretrained == source
    assert told.key != plan.key
