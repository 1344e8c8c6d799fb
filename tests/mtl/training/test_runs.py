"""Plans whose digest says what they follow from, and results that are fitted once."""

from pathlib import Path

import numpy as np
import pytest

from mtl.evaluation.runs import RunName
from mtl.spec import Spec
from mtl.training.runs import RunPlan, fit_run, plan_runs
from tests.mtl.studies import SMALL, SmallStudy, small_study


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    return small_study(tmp_path_factory.mktemp("runs"))


def plans(study: SmallStudy, folder: Path, **changes: object) -> dict[RunName, RunPlan]:
    spec = Spec.model_validate({**SMALL, **changes})
    return {plan.name: plan for plan in plan_runs(spec, study.prepared, folder)}


def test_a_study_has_every_scheme_and_every_gated_task_alone_with_every_seed(study: SmallStudy, tmp_path: Path) -> None:
    expected = {RunName.multi(scheme, seed) for scheme in ("equal", "pcgrad") for seed in (0, 1)}
    expected |= {RunName.single(task, seed) for task in ("hba1c", "diabetes", "health") for seed in (0, 1)}
    found = plans(study, tmp_path)
    assert set(found) == expected
    assert len({plan.key for plan in found.values()}) == len(expected)


@pytest.mark.parametrize("changes", [{"model": {"trunk": [8]}}, {"training": {"epochs": 5}}])
def test_another_model_or_budget_is_another_run(study: SmallStudy, tmp_path: Path, changes: dict[str, object]) -> None:
    before, after = plans(study, tmp_path), plans(study, tmp_path, **changes)
    assert not {plan.key for plan in before.values()} & {plan.key for plan in after.values()}


def test_a_further_scheme_or_another_gate_leaves_the_other_runs_as_they_are(study: SmallStudy, tmp_path: Path) -> None:
    before = plans(study, tmp_path)
    after = plans(study, tmp_path, schemes=["dwa", "equal", "pcgrad"], gate={"confidence": 0.9})
    assert {name: plan.key for name, plan in before.items()}.items() <= {
        name: plan.key for name, plan in after.items()
    }.items()


def test_a_run_is_fitted_once(study: SmallStudy, tmp_path: Path) -> None:
    plan = plans(study, tmp_path)[RunName.multi("equal", 0)]
    assert plan.result is None
    first = fit_run(plan)
    assert fit_run(plan) == first
    assert plan.result == first
    assert first.status == "finished"
    assert [path.name for path in tmp_path.iterdir()] == [plan.key]


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
    result = fit_run(next(plan for name, plan in found.items() if name.scheme and name.seed == 0))
    assert result.status == "failed"
    assert "NaN or infinite" in result.reason
    assert all(np.isfinite(array).all() for array in result.predictions.values())


def test_a_task_may_be_named_like_a_parameter_of_the_writer(tmp_path: Path) -> None:
    study = small_study(tmp_path, tasks={"file": {"kind": "regression", "label": "log_hba1c"}}, schemes=["equal"])
    run = next(iter(plan_runs(study.spec, study.prepared, tmp_path / "runs")))
    assert set(fit_run(run).predictions) == {"file"}
