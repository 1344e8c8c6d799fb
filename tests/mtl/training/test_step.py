"""The one-backward step gives the gradients that K separate backwards would."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor

from mtl.errors import TrainingDivergedError
from mtl.models.batch import Batch
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import NetworkShape
from mtl.tasks.losses import observed_mean, row_losses
from mtl.tasks.task import Task
from mtl.training.step import Step, TaskBatch, compared_parameters
from mtl.weighting.base import FloatArray, Needs, Observation, Scheme, State
from mtl.weighting.equal import Equal
from mtl.weighting.fixed import Fixed

SHAPE = NetworkShape(5, (4, 3), 0, (1, 1, 3), (8, 6), 0.0, 2, 2)
TASKS = (
    Task("income", "regression", "mse", "r2", False, 0.0, 1.0, (), 1.0),
    Task("smoker", "binary", "bce", "roc_auc", False, 0.0, 1.0, (), 0.7),
    Task("health", "multiclass", "cross_entropy", "accuracy", False, 0.0, 1.0, ("a", "b", "c"), 1.1),
)
WEIGHTS = (0.5, 2.0, 3.0)


@dataclass(frozen=True)
class FixedByGramian(Scheme):
    """Fixed weights of a scheme that reads the Gramian, so that what it may change can be seen."""

    weights: tuple[float, ...]
    needs: ClassVar[Needs] = Needs.GRAMIAN
    paper: ClassVar[str] = "–"

    def init(self, num_tasks: int, seed: int) -> State:
        return {"weights": np.array(self.weights)}

    def weigh(self, observation: Observation, state: State) -> tuple[FloatArray, State]:
        assert observation.gramian is not None
        return state["weights"], state


@pytest.fixture
def network() -> MultiTaskNetwork:
    torch.manual_seed(0)
    return MultiTaskNetwork(SHAPE)


def batch(observed: Sequence[Sequence[float]] | None = None, rows: int = 12) -> TaskBatch:
    random = torch.Generator().manual_seed(1)
    inputs = Batch(
        torch.randn(rows, 5, generator=random),
        torch.randint(0, 3, (rows, 2), generator=random),
        torch.zeros(rows, 0, dtype=torch.int64),
    )
    targets = (
        torch.randn(rows, generator=random),
        torch.randint(0, 2, (rows,), generator=random).float(),
        torch.randint(0, 3, (rows,), generator=random),
    )
    mask = torch.ones(rows, 3) if observed is None else torch.tensor(observed)
    return TaskBatch(inputs, targets, mask)


def losses(network: MultiTaskNetwork, rows: TaskBatch) -> list[Tensor]:
    outputs = network(rows.inputs)
    triples = zip(TASKS, outputs, rows.targets, strict=True)
    return [observed_mean(row_losses(task, out, y), rows.observed[:, k]) for k, (task, out, y) in enumerate(triples)]


def gradients_of(network: MultiTaskNetwork, loss: Tensor) -> dict[str, Tensor]:
    named = list(network.named_parameters())
    found = torch.autograd.grad(loss, [parameter for _, parameter in named], retain_graph=True, allow_unused=True)
    return {
        name: torch.zeros_like(parameter) if gradient is None else gradient
        for (name, parameter), gradient in zip(named, found, strict=True)
    }


def step_gradients(
    network: MultiTaskNetwork, scheme: Scheme, rows: TaskBatch, observe: bool = False, gradients: str = "representation"
) -> dict[str, Tensor]:
    network.zero_grad()
    step = Step(network, TASKS, scheme, compared_parameters(network, gradients))
    step.backward(rows, scheme.init(3, 0), 0, observe_gramian=observe)
    return {
        name: torch.zeros_like(parameter) if parameter.grad is None else parameter.grad.clone()
        for name, parameter in network.named_parameters()
    }


@pytest.mark.parametrize("observe", [False, True])
def test_a_loss_scheme_weighs_the_whole_task_loss(network: MultiTaskNetwork, observe: bool) -> None:
    rows = batch()
    expected = gradients_of(
        network, torch.stack([w * loss for w, loss in zip(WEIGHTS, losses(network, rows), strict=True)]).sum()
    )
    found = step_gradients(network, Fixed(WEIGHTS), rows, observe)
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, msg=name)


@pytest.mark.parametrize("gradients", ["representation", "last_layer", "parameters"])
def test_a_gramian_scheme_weighs_shared_parameters_and_leaves_heads_their_own_gradient(
    network: MultiTaskNetwork, gradients: str
) -> None:
    rows = batch()
    by_task = [gradients_of(network, loss) for loss in losses(network, rows)]
    found = step_gradients(network, FixedByGramian(WEIGHTS), rows, gradients=gradients)
    for name in found:
        weights = (1.0, 1.0, 1.0) if name.startswith("heads.") else WEIGHTS
        expected = torch.stack([w * task[name] for w, task in zip(weights, by_task, strict=True)]).sum(0)
        torch.testing.assert_close(found[name], expected, msg=name)


@pytest.mark.parametrize(
    ("gradients", "prefixes"), [("parameters", ("encoder.", "trunk.")), ("last_layer", ("trunk.3.",))]
)
def test_the_gramian_is_that_of_the_named_parameters(
    network: MultiTaskNetwork, gradients: str, prefixes: tuple[str, ...]
) -> None:
    rows = batch()
    by_task = [gradients_of(network, loss) for loss in losses(network, rows)]
    jacobian = torch.stack(
        [torch.cat([g.flatten() for name, g in task.items() if name.startswith(prefixes)]) for task in by_task]
    )
    step = Step(network, TASKS, Equal(), compared_parameters(network, gradients))
    found = step.backward(rows, Equal().init(3, 0), 0, observe_gramian=True).gramian
    assert found is not None
    np.testing.assert_allclose(found, (jacobian @ jacobian.T).double().numpy(), rtol=1e-5)


def test_gradients_of_the_representation_cannot_conflict_on_disjoint_rows_but_those_of_a_layer_can(
    network: MultiTaskNetwork,
) -> None:
    rows = batch([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] * 4)
    gramians = {}
    for gradients in ("representation", "last_layer"):
        step = Step(network, TASKS, Equal(), compared_parameters(network, gradients))
        gramian = step.backward(rows, {}, 0, observe_gramian=True).gramian
        assert gramian is not None
        gramians[gradients] = gramian - np.diag(np.diag(gramian))
    assert np.all(gramians["representation"] == 0.0)
    assert np.all(gramians["last_layer"][~np.eye(3, dtype=bool)] != 0.0)


def test_a_task_without_a_label_in_the_batch_has_no_weight_and_no_gradient(network: MultiTaskNetwork) -> None:
    rows = batch([[1.0, 0.0, 1.0]] * 12)
    network.zero_grad()
    result = Step(network, TASKS, Equal(), ()).backward(rows, Equal().init(3, 0), 0)
    np.testing.assert_array_equal(result.weights, [1.0, 0.0, 1.0])
    assert np.isnan(result.losses[1])
    assert np.isfinite(result.losses[[0, 2]]).all()
    assert not any(p.grad is not None and p.grad.abs().max() > 0 for p in network.heads[1].parameters())


def test_a_loss_that_is_not_finite_names_its_task(network: MultiTaskNetwork) -> None:
    rows = batch()
    rows.targets[0][3] = torch.inf
    with pytest.raises(TrainingDivergedError, match="income"):
        Step(network, TASKS, Equal(), ()).backward(rows, Equal().init(3, 0), 0)


def test_losses_after_the_step_are_those_of_the_parameters_as_they_are_now(network: MultiTaskNetwork) -> None:
    rows = batch([[1.0, 0.0, 1.0]] * 12)
    step = Step(network, TASKS, Equal(), ())
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(0.5)
    expected = [loss.item() for loss in losses(network, rows)]
    found = step.losses_again(rows)
    np.testing.assert_allclose(found[[0, 2]], np.array(expected)[[0, 2]], rtol=1e-6)
    assert np.isnan(found[1])
