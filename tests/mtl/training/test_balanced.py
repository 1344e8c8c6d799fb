"""Tasks whose classes count alike: rare classes weigh more in training, and predictions are calibrated all the same."""

from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from numpy.typing import NDArray

from mtl.examples.related_tasks import RelatedTasks
from mtl.models.network import MultiTaskNetwork
from mtl.models.predictions import predictions_of
from mtl.models.shape import NetworkShape
from mtl.models.sharing.ple import Ple
from mtl.run_names import RunName
from mtl.serving.bundle import load_bundle, predictions_in, write_bundle
from mtl.spec import parse_spec
from mtl.tasks.balance import prior_outputs
from mtl.training.approaches import approaches_of
from mtl.training.fit import Budget, TrainedNetwork, fit
from mtl.training.fit_run import fit_run
from mtl.training.plans import RunPlan, plan_runs
from mtl.training.results import RunResult
from mtl.weighting.schemes.equal import Equal
from tests.mtl.studies import SmallStudy, prepare_study

RARE = RelatedTasks(0.9, ("binary", "multiclass", "binary"), 6000, rarest=0.02, missing=0.2, columns=3, latents=2)
SPEC: dict[str, object] = {
    "name": "rare",
    "data": {"path": "rows.parquet", "key": ["id"]},
    "features": {"numeric": list(RARE.features)},
    "tasks": {
        "task_1": {"kind": "binary", "balanced": True, "metric": "average_precision"},
        "task_2": {"kind": "multiclass", "balanced": True},
        "task_3": {"kind": "binary", "balanced": True, "composed_of": ["task_1"]},
    },
    "model": {"trunk": [16], "members": 2},
    "training": {"epochs": 10, "patience": 10, "learning_rate": 0.005},
    "schemes": ["equal"],
    "sharing": ["hard", "ple"],
    "baselines": ["network"],
    "seeds": [0],
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SmallStudy:
    folder = tmp_path_factory.mktemp("balanced")
    RARE.draw(0).to_parquet(folder / "rows.parquet")
    return prepare_study(parse_spec(yaml.safe_dump(SPEC), "rare.yaml", folder), folder)


def plan_of(study: SmallStudy, folder: Path, name: RunName) -> RunPlan:
    plans = plan_runs(study.spec, approaches_of(study.spec), study.prepared, folder)
    return next(plan for plan in plans if plan.name == name)


@pytest.fixture(scope="module")
def plan(study: SmallStudy, tmp_path_factory: pytest.TempPathFactory) -> RunPlan:
    return plan_of(study, tmp_path_factory.mktemp("runs"), RunName.multi("equal", 0))


@pytest.fixture(scope="module")
def run(plan: RunPlan) -> RunResult:
    return fit_run(plan)


def rates_over_training(study: SmallStudy, task: str, predictions: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean probability of each class, in units of how frequent it is among the labels of the training side."""
    labels = study.prepared.side("train").labels[:, list(study.spec.tasks).index(task)]
    counts = np.bincount(labels[~np.isnan(labels)].astype(int))
    shares = counts / counts.sum()
    expected: NDArray[np.float64] = predictions.mean(axis=0) / (shares if predictions.ndim == 2 else shares[1])
    return np.atleast_1d(expected)


@pytest.mark.slow
def test_probabilities_are_as_high_as_classes_are_frequent_because_of_the_constant_that_was_added(
    study: SmallStudy, plan: RunPlan, run: RunResult
) -> None:
    tasks = study.prepared.tasks
    network = MultiTaskNetwork(NetworkShape.of(study.prepared.transforms, plan.model, tasks, plan.sharing))
    network.load_state_dict(run.weights)
    prior = prior_outputs(tasks)
    assert prior is not None
    network.heads.shift_by(-prior)
    uncorrected = predictions_of(network, tasks, study.prepared.side("validation").inputs)
    for task in tasks:
        rates = rates_over_training(study, task.name, run.predictions[task.name])
        assert ((rates > 0.5) & (rates < 2.0)).all(), (task.name, rates)
        rarest = rates_over_training(study, task.name, uncorrected[task.name])[0]
        assert rarest > 4.0, (task.name, rarest)


@pytest.mark.slow
@pytest.mark.parametrize("task", ["task_1", "task_2"])
def test_single_task_networks_are_balanced_and_calibrated_too(study: SmallStudy, tmp_path: Path, task: str) -> None:
    result = fit_run(plan_of(study, tmp_path, RunName.single(task, 0)))
    rates = rates_over_training(study, task, result.predictions[task])
    assert ((rates > 0.5) & (rates < 2.0)).all(), rates
    of_prior = {"task_1": np.log(2), "task_2": np.log(3)}[task]
    assert min(result.history[f"validation/{task}/loss"]) < 0.8 * of_prior


@pytest.mark.slow
def test_a_bundle_answers_what_the_run_predicted(
    study: SmallStudy, plan: RunPlan, run: RunResult, tmp_path: Path
) -> None:
    prepared, table = study.prepared, study.frame.table
    shape = NetworkShape.of(prepared.transforms, plan.model, prepared.tasks, plan.sharing)
    example = table[list(RARE.features)].head(3)
    write_bundle(tmp_path / "bundle", prepared.tasks, prepared.transforms, shape, run.weights, example)
    loaded = load_bundle(tmp_path / "bundle")
    answer = loaded.predict(table.iloc[prepared.side("validation").rows])
    assert loaded.trained == prepared.tasks
    for task in loaded.tasks:
        np.testing.assert_allclose(predictions_in(task, answer), run.predictions[task.name], rtol=1e-5, atol=1e-9)


def fitted(study: SmallStudy, epochs: int, checkpoint: Path | None = None) -> TrainedNetwork:
    prepared, spec = study.prepared, study.spec
    shape = NetworkShape.of(prepared.transforms, spec.model, prepared.tasks, Ple())
    budget = Budget(shape, spec.training.model_copy(update={"epochs": epochs}), 0)
    sides = prepared.side("train"), prepared.side("validation")
    return fit(prepared.tasks, Equal(), *sides, budget, checkpoint)


@pytest.mark.slow
def test_a_run_that_goes_on_ends_as_one_that_never_stopped(study: SmallStudy, tmp_path: Path) -> None:
    whole = fitted(study, 3)
    fitted(study, 2, tmp_path / "run.checkpoint")
    resumed = fitted(study, 3, tmp_path / "run.checkpoint")
    assert str(resumed.history) == str(whole.history)
    expected = whole.network.state_dict()
    assert all(torch.equal(value, expected[name]) for name, value in resumed.network.state_dict().items())


@pytest.mark.slow
def test_the_losses_of_validation_are_those_of_what_is_predicted(study: SmallStudy, run: RunResult) -> None:
    """The mean of −w log p over classes that are balanced by odds: σ(logit − prior) is p's balanced twin."""
    (task, *_), side = study.prepared.tasks, study.prepared.side("validation")
    seen = ~np.isnan(side.labels[:, 0])
    labels, chances = side.labels[seen, 0].astype(int), run.predictions["task_1"][seen]
    weights = np.array(task.class_weights)
    of_1, of_0 = chances * weights[1], (1 - chances) * weights[0]
    balanced = np.where(labels == 1, of_1, of_0) / (of_1 + of_0)
    expected = -(weights[labels] * np.log(balanced)).mean()
    assert run.history["validation/task_1/loss"][run.best_epoch] == pytest.approx(expected, rel=1e-5)
