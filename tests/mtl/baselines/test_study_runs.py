"""All runs of a study, in one order, each by what fits its kind."""

from dataclasses import replace
from pathlib import Path

import pytest

from mtl.baselines.method_plan import MethodPlan
from mtl.baselines.study_runs import AnyPlan, fit_planned, plan_study
from mtl.run_names import RunName
from mtl.spec import Spec
from mtl.training.approaches import approaches_of
from mtl.training.plans import RunPlan
from tests.mtl.studies import SMALL, SmallStudy, small_study

LINEAR = RunName.single("hba1c", None, baseline="linear")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("planned"))


def plans(study: SmallStudy, folder: Path, **changes: object) -> dict[RunName, AnyPlan]:
    spec = Spec.model_validate({**SMALL, "baselines": ["network", "linear"], **changes})
    planned = plan_study(spec, approaches_of(spec), study.prepared, study.frame, folder)
    return {plan.name: plan for plan in planned}


def test_networks_stand_first_and_every_run_has_a_folder_of_its_own(study: SmallStudy, tmp_path: Path) -> None:
    found = list(plans(study, tmp_path).values())
    kinds = [isinstance(plan, RunPlan) for plan in found]
    assert kinds == sorted(kinds, reverse=True)
    assert len({plan.key for plan in found}) == len(found)


def test_each_is_fitted_by_what_fits_its_kind(study: SmallStudy, tmp_path: Path) -> None:
    found = plans(study, tmp_path, training={"epochs": 1})
    for name in (LINEAR, RunName.single("hba1c", 0)):
        assert not found[name].is_fitted
        result = fit_planned(found[name])
        assert result.status == "finished"
        assert set(result.scores) == {"hba1c"}
        assert found[name].result == result
    assert (found[LINEAR].folder / "model.pickle").exists()
    assert (found[RunName.single("hba1c", 0)].folder / "weights.safetensors").exists()


def test_a_baseline_that_is_no_network_follows_from_its_options_and_not_from_those_of_networks(
    study: SmallStudy, tmp_path: Path
) -> None:
    before = plans(study, tmp_path)[LINEAR].key
    assert plans(study, tmp_path, training={"epochs": 9}, model={"trunk": [8]}, seeds=[5])[LINEAR].key == before
    told = plans(study, tmp_path, baselines=["network", {"name": "linear", "iterations": 9}])
    (other,) = [plan for name, plan in told.items() if name.task == "hba1c" and name.baseline != "network"]
    assert other.key != before


def test_a_baseline_follows_from_the_rows_that_it_reads(study: SmallStudy, tmp_path: Path) -> None:
    other = replace(study, frame=replace(study.frame, digest="0" * 64))
    assert plans(other, tmp_path)[LINEAR].key != plans(study, tmp_path)[LINEAR].key


def test_a_plan_knows_the_columns_that_features_read_and_no_label(study: SmallStudy, tmp_path: Path) -> None:
    plan = plans(study, tmp_path)[LINEAR]
    assert isinstance(plan, MethodPlan)
    assert set(plan.columns) == set(study.spec.features.columns)
    assert plan.tasks == ("hba1c",)
    assert plan.pretrained is None


def test_the_same_spec_gives_the_same_folders(study: SmallStudy, tmp_path: Path) -> None:
    keys = [{name: plan.key for name, plan in plans(study, tmp_path).items()} for _ in range(2)]
    assert keys[0] == keys[1]


def test_what_is_fitted_is_not_planned_anew_elsewhere(study: SmallStudy, tmp_path: Path) -> None:
    first = fit_planned(plans(study, tmp_path)[LINEAR])
    again = plans(study, tmp_path)[LINEAR]
    assert again.is_fitted
    assert again.result == first
