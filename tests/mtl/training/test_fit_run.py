"""Results that are fitted once, from random weights or from those of another run."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mtl.errors import PretrainingFailedError
from mtl.run_names import RunName
from mtl.spec import Spec
from mtl.training.approaches import approaches_of
from mtl.training.bar import rung
from mtl.training.checkpoint import read_checkpoint, save_checkpoint
from mtl.training.fit_run import fit_run
from mtl.training.plans import RunPlan, plan_runs
from tests.mtl.studies import SMALL, SmallStudy, small_study, tasks_with

TRAINING: dict[str, object] = SMALL["training"]  # type: ignore[assignment]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("runs"))


def plans(study: SmallStudy, folder: Path, **changes: object) -> dict[RunName, RunPlan]:
    spec = Spec.model_validate({**SMALL, **changes})
    return {plan.name: plan for plan in plan_runs(spec, approaches_of(spec), study.prepared, folder)}


def test_a_run_is_fitted_once(study: SmallStudy, tmp_path: Path) -> None:
    plan = plans(study, tmp_path)[RunName.multi("equal", 0)]
    assert plan.result is None
    first = fit_run(plan)
    assert fit_run(plan) == first
    assert plan.result == first
    assert first.status == "finished"
    assert [path.name for path in tmp_path.iterdir()] == [plan.key]


def test_a_pruned_trial_is_never_taken_for_a_run_of_its_plan(study: SmallStudy, tmp_path: Path) -> None:
    plan = plans(study, tmp_path / "here")[RunName.single("hba1c", 0)]
    bar = (math.inf, 1e-9)
    pruned = fit_run(plan, bar)
    assert (pruned.status, pruned.epochs, pruned.converged) == ("pruned", 2, False)
    assert "stopped after 2 epochs" in pruned.reason
    assert plan.result is None
    assert fit_run(plan, bar) == plan.pruned_by(bar).result == pruned
    assert plan.pruned_by((*bar, 1e-9)).result is None
    whole, alone = fit_run(plan), fit_run(plans(study, tmp_path / "there")[plan.name])
    assert whole.status == "finished"
    assert (whole.folder / "weights.safetensors").read_bytes() == (alone.folder / "weights.safetensors").read_bytes()
    assert {path.name for path in (tmp_path / "here").iterdir()} == {plan.key, plan.pruned_by(bar).key}


def test_a_trial_that_keeps_up_is_stored_as_the_run_of_its_plan(study: SmallStudy, tmp_path: Path) -> None:
    plan = plans(study, tmp_path)[RunName.single("hba1c", 0)]
    assert fit_run(plan, (100.0,) * 4) == plan.result == fit_run(plan, (1e-9,) * 4)
    assert [path.name for path in tmp_path.iterdir()] == [plan.key]


def test_seconds_and_start_count_what_came_before_a_rung_that_the_run_goes_on_from(
    study: SmallStudy, tmp_path: Path
) -> None:
    plan = plans(study, tmp_path)[RunName.multi("equal", 0)]
    at_rung = fit_run(plan, rung(2))
    assert (at_rung.status, at_rung.epochs, plan.result) == ("pruned", 2, None)
    assert {path.name for path in tmp_path.iterdir()} == {at_rung.folder.name, plan.checkpoint.name}
    saved = read_checkpoint(plan.checkpoint)
    assert saved is not None
    assert 0 < saved.pop("seconds") <= at_rung.seconds
    save_checkpoint(plan.checkpoint, {**saved, "seconds": 1000.0})
    whole = fit_run(plan)
    assert (whole.status, len(whole.history["validation/hba1c/loss"])) == ("finished", whole.epochs)
    assert 1000 < whole.seconds < 1100
    assert whole.started < at_rung.started - 900
    assert {path.name for path in tmp_path.iterdir()} == {at_rung.folder.name, plan.key}


def test_a_run_leaves_predictions_for_every_validation_row_of_every_task(study: SmallStudy, tmp_path: Path) -> None:
    result = fit_run(plans(study, tmp_path)[RunName.multi("pcgrad", 1)])
    rows = len(study.prepared.side("validation"))
    assert {task: array.shape for task, array in result.predictions.items()} == {
        "hba1c": (rows,),
        "diabetes": (rows,),
        "health": (rows, 5),
        "hdl": (rows,),
    }
    np.testing.assert_allclose(result.predictions["health"].sum(axis=1), 1.0)
    assert set(result.scores["diabetes"]) >= {"roc_auc", "log_loss", "brier"}
    assert result.seconds > 0


def test_a_run_that_diverges_is_kept_as_failed_with_its_reason(study: SmallStudy, tmp_path: Path) -> None:
    scheme = {"name": "fixed", "weights": dict.fromkeys(("hba1c", "diabetes", "health", "hdl"), 1e39)}
    found = plans(study, tmp_path, schemes=[scheme])
    result = fit_run(next(plan for name, plan in found.items() if name.approach and name.seed == 0))
    assert result.status == "failed"
    assert "NaN or infinite" in result.reason
    assert all(np.isfinite(array).all() for array in result.predictions.values())


def transfer(study: SmallStudy, folder: Path, **training: object) -> RunPlan:
    """`diabetes` after `hdl`, with seed 1."""
    settings = {**TRAINING, **training}
    tasks = tasks_with(diabetes={"pretrained_on": ["hdl"]})
    return plans(study, folder, tasks=tasks, training=settings)[RunName.single("diabetes", 1, "hdl")]


def standing_still(plan: RunPlan, folder: Path) -> RunPlan:
    """The same plan with steps too small to move its weights."""
    return replace(plan, folder=folder, training=plan.training.model_copy(update={"learning_rate": 1e-12, "epochs": 1}))


def test_a_pretrained_run_starts_from_its_source_and_with_a_head_of_its_own(study: SmallStudy, tmp_path: Path) -> None:
    plan = transfer(study, tmp_path)
    assert plan.pretrained is not None
    source = fit_run(plan.pretrained).weights
    begun = fit_run(standing_still(plan, tmp_path / "after")).weights
    alone = fit_run(standing_still(replace(plan, pretrained=None), tmp_path / "alone")).weights
    assert begun.keys() == source.keys()
    for name, weight in begun.items():
        same, other = (alone, source) if name.startswith("heads.") else (source, alone)
        torch.testing.assert_close(weight, same[name], rtol=0, atol=1e-6)
        assert not torch.allclose(weight, other[name], rtol=0, atol=1e-3), name


def test_the_source_of_a_pretrained_run_is_fitted_once_and_first(study: SmallStudy, tmp_path: Path) -> None:
    plan = transfer(study, tmp_path)
    result = fit_run(plan)
    assert result.status == "finished"
    assert set(result.scores) == {"diabetes"}
    assert plan.pretrained is not None
    source = plan.pretrained.result
    assert source is not None
    assert set(source.scores) == {"hdl"}
    assert result.started > source.started + source.seconds
    assert fit_run(plan) == result


def test_a_run_after_a_failed_one_fails_with_its_reason_and_leaves_nothing(study: SmallStudy, tmp_path: Path) -> None:
    sound = transfer(study, tmp_path)
    assert sound.pretrained is not None
    plan = sound.with_settings({}, sound.pretrained.with_settings({"learning_rate": 1e30}))
    for _ in range(2):
        with pytest.raises(PretrainingFailedError, match=r"single-task hdl, seed 1, failed: epoch 0: .*NaN or"):
            fit_run(plan)
    assert plan.result is None
    assert plan.pretrained is not None
    assert [path.name for path in tmp_path.iterdir()] == [plan.pretrained.key]


def test_a_task_may_be_named_like_a_parameter_of_the_writer(tmp_path: Path) -> None:
    study = small_study(tmp_path, tasks={"file": {"kind": "regression", "label": "log_hba1c"}}, schemes=["equal"])
    run = next(iter(plan_runs(study.spec, approaches_of(study.spec), study.prepared, tmp_path / "runs")))
    assert set(fit_run(run).predictions) == {"file"}


@pytest.mark.parametrize(("epochs", "told"), [(1, "the last of the 1 that training.epochs allows"), (99, "")])
def test_a_run_whose_best_epoch_is_the_last_that_it_may_have_says_so(
    study: SmallStudy, tmp_path: Path, epochs: int, told: str
) -> None:
    settings = {**TRAINING, "epochs": epochs, "patience": 2, "learning_rate": 0.02}
    result = fit_run(plans(study, tmp_path, training=settings)[RunName.single("hba1c", 0)])
    assert (result.best_epoch == epochs - 1) == bool(told)
    assert told in result.not_converged
    assert result.converged == (not told)


def test_a_run_that_the_cap_ended_is_not_converged_even_if_an_earlier_epoch_was_better(
    study: SmallStudy, tmp_path: Path
) -> None:
    settings = {**TRAINING, "epochs": 6, "patience": 50, "learning_rate": 0.3}
    result = fit_run(plans(study, tmp_path, training=settings)[RunName.single("hba1c", 0)])
    assert 0 <= result.best_epoch < 5
    assert result.epochs == 6
    assert result.not_converged


def test_a_run_knows_the_bytes_of_its_weights_and_how_calibrated_its_probabilities_are(
    study: SmallStudy, tmp_path: Path
) -> None:
    result = fit_run(plans(study, tmp_path)[RunName.single("diabetes", 0)])
    assert result.bytes == (result.folder / "weights.safetensors").stat().st_size
    assert 0 <= result.scores["diabetes"]["calibration_error"] <= 1
