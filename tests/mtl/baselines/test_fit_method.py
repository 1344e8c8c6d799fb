"""Baselines of a study that are no networks: planned, fitted once, stored, and read again for the test side."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mtl.baselines import fit_method as module
from mtl.baselines.baseline import Baseline
from mtl.baselines.fit_method import MODEL, fit_method, predict_method, sampled
from mtl.baselines.method_plan import MethodPlan, baselines_of, plan_methods
from mtl.baselines.methods.boosted_trees import BoostedTrees
from mtl.baselines.methods.lightgbm import LightGBM
from mtl.baselines.methods.linear import Linear
from mtl.baselines.study_runs import plan_study
from mtl.errors import SpecError
from mtl.options import OptionError
from mtl.run_names import RunName
from mtl.spec import Spec
from mtl.training.approaches import approaches_of
from mtl.training.results import RunResult
from tests.mtl.studies import SMALL, SmallStudy, small_study

GATED = ("hba1c", "diabetes", "health")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("methods"))


def plans(study: SmallStudy, folder: Path, *baselines: object) -> dict[RunName, MethodPlan]:
    spec = Spec.model_validate({**SMALL, "baselines": list(baselines)})
    return {plan.name: plan for plan in plan_methods(spec, study.prepared, study.frame, folder)}


def test_each_baseline_is_fitted_once_on_each_gated_task(study: SmallStudy, tmp_path: Path) -> None:
    found = plans(study, tmp_path, "network", "linear", {"name": "boosted_trees", "iterations": 9})
    assert set(found) == {
        RunName.single(task, None, baseline=label)
        for task in GATED
        for label in ("linear", "boosted_trees(iterations=9)")
    }
    assert len({plan.folder for plan in found.values()}) == len(found)


def test_what_draws_is_fitted_with_every_seed(
    study: SmallStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Linear, "draws", True)
    assert {name.seed for name in plans(study, tmp_path, "linear")} == {0, 1}


def test_a_study_without_networks_among_its_baselines_trains_none_alone(study: SmallStudy, tmp_path: Path) -> None:
    spec = Spec.model_validate({**SMALL, "baselines": ["linear"]})
    found = plan_study(spec, approaches_of(spec), study.prepared, study.frame, tmp_path)
    assert {plan.name.baseline for plan in found if plan.name.task} == {"linear"}
    assert any(plan.name.approach for plan in found)


@pytest.mark.parametrize("task", GATED)
def test_a_fit_leaves_predictions_for_every_row_and_is_not_made_again(
    study: SmallStudy, tmp_path: Path, task: str
) -> None:
    plan = plans(study, tmp_path, "linear")[RunName.single(task, None, baseline="linear")]
    result = fit_method(plan)
    side = study.prepared.side("validation")
    assert (result.status, result.reason, result.not_converged) == ("finished", "", "")
    assert result.predictions[task].shape[0] == len(side)
    assert result.bytes == (plan.folder / MODEL).stat().st_size
    assert result.history == {}
    assert fit_method(plan) == result == plan.result
    np.testing.assert_array_equal(predict_method(plan, side), result.predictions[task])
    assert predict_method(plan, study.prepared.side("test")).shape[0] == len(study.prepared.side("test"))


@pytest.mark.parametrize("baseline", ["linear", "boosted_trees"])
def test_of_a_table_that_memory_does_not_hold_the_same_is_learned(
    study: SmallStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, baseline: str
) -> None:
    monkeypatch.setattr(module, "CHUNK", 17)
    plan = plans(study, tmp_path, baseline)[RunName.single("hba1c", None, baseline=baseline)]
    stored = replace(plan, frame=replace(study.frame, in_memory=0)).placed(tmp_path / "stored")
    assert stored.frame.stored is not None
    one, other = fit_method(plan), fit_method(stored)
    np.testing.assert_array_equal(one.predictions["hba1c"], other.predictions["hba1c"])
    assert one.scores == other.scores


def test_more_rows_than_are_fitted_are_a_uniform_sample_and_that_is_kept(
    study: SmallStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = fit_method(plans(study, tmp_path, "linear")[RunName.single("hba1c", None, baseline="linear")])
    position = [task.name for task in study.prepared.tasks].index("hba1c")
    labels = study.prepared.side("train").labels[:, position]
    assert whole.fitted_rows == whole.labelled_rows == (~np.isnan(labels)).sum()
    monkeypatch.setattr(module, "MOST_ROWS", 40)
    plan = plans(study, tmp_path / "sample", "linear")[RunName.single("hba1c", None, baseline="linear")]
    result = fit_method(plan)
    assert (result.status, result.fitted_rows, result.labelled_rows) == ("finished", 40, whole.labelled_rows)
    assert len(result.predictions["hba1c"]) == len(study.prepared.side("validation"))
    assert RunResult.read(result.folder) == result


def test_a_sample_draws_every_row_as_often_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 25)
    rows = np.arange(100, 200)
    drawn = [sampled(rows, seed) for seed in range(400)]
    assert all((np.diff(each) > 0).all() and len(each) == 25 for each in drawn)
    counts = np.bincount(np.concatenate(drawn), minlength=200)[100:]
    assert abs(counts - 100).max() < 5 * np.sqrt(400 * 0.25 * 0.75)
    np.testing.assert_array_equal(sampled(rows[:25], 0), rows[:25])


def test_probabilities_are_shaped_as_those_of_networks(study: SmallStudy, tmp_path: Path) -> None:
    found = plans(study, tmp_path, "boosted_trees")
    shapes = {name.task: fit_method(plan).predictions[str(name.task)].shape[1:] for name, plan in found.items()}
    assert shapes == {"hba1c": (), "diabetes": (), "health": (5,)}
    scores = fit_method(found[RunName.single("diabetes", None, baseline="boosted_trees")]).scores["diabetes"]
    assert scores["roc_auc"] > 0.6
    assert 0 <= scores["calibration_error"] < 0.2


def test_a_fit_that_is_refused_is_a_failed_run_with_its_reason(
    study: SmallStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("singular\nmatrix")

    monkeypatch.setattr(Linear, "fit", refuse)
    plan = plans(study, tmp_path, "linear")[RunName.single("hba1c", None, baseline="linear")]
    result = fit_method(plan)
    assert (result.status, result.reason) == ("failed", "singular matrix")
    assert result.predictions == {}
    assert result.best_epoch == -1


def test_a_package_that_is_not_installed_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LightGBM, "needs", "no_such_package")
    spec = Spec.model_validate({**SMALL, "baselines": ["linear", "lightgbm"]})
    with pytest.raises(SpecError, match=r"baselines\.1: lightgbm needs .*pip install '.*\[no_such_package\]'"):
        baselines_of(spec)


def test_baselines_stand_in_the_order_of_the_spec() -> None:
    found = baselines_of(Spec.model_validate({**SMALL, "baselines": ["linear", "network"]}))
    assert list(found) == ["linear", "network"]
    assert all(isinstance(each, Baseline) for each in found.values())


def test_other_options_are_another_fit_beside_it_and_the_same_ones_the_same(study: SmallStudy, tmp_path: Path) -> None:
    plan = plans(study, tmp_path, "boosted_trees")[RunName.single("hba1c", None, baseline="boosted_trees")]
    assert plan.with_settings({}) == plan
    told = plan.with_settings({"learning_rate": 0.2, "max_leaf_nodes": 7})
    assert told.method == BoostedTrees(learning_rate=0.2, max_leaf_nodes=7)
    assert (told.key != plan.key, told.folder.parent, told.name) == (True, plan.folder.parent, plan.name)


@pytest.mark.parametrize("settings", [{"max_leaf_nodes": 1}, {"l2": -0.1}, {"depth": 3}])
def test_an_option_that_cannot_be_is_refused_before_a_fit(
    study: SmallStudy, tmp_path: Path, settings: dict[str, float]
) -> None:
    plan = plans(study, tmp_path, "boosted_trees")[RunName.single("hba1c", None, baseline="boosted_trees")]
    with pytest.raises(OptionError):
        plan.with_settings(settings)


def test_the_bounds_that_are_tuned_within_can_be_told_to_a_baseline(study: SmallStudy, tmp_path: Path) -> None:
    for label in ("boosted_trees", "lightgbm"):
        plan = plans(study, tmp_path, label)[RunName.single("hba1c", None, baseline=label)]
        for option, told in plan.method.ranges.items():
            for bound in (told.low, told.high):
                assert getattr(plan.with_settings({option: told.kept(bound)}).method, option) == bound
