"""The one-backward step gives the gradients that K separate backwards would, under every way of sharing."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor

from mtl.catalog import entry_name
from mtl.errors import TrainingDivergedError
from mtl.models.network import MultiTaskNetwork
from mtl.models.sharing.hard import Hard
from mtl.models.sharing.soft import Soft
from mtl.models.sharing_way import Sharing
from mtl.spec.training_section import GradientSpace
from mtl.training.batches import TaskBatch
from mtl.training.precision import Precision
from mtl.training.step import Step
from mtl.weighting.scheme import FloatArray, Needs, Observation, Scheme, State
from mtl.weighting.schemes.equal import Equal
from mtl.weighting.schemes.fixed import Fixed
from tests.mtl.training.cases import TASKS, WAYS, batch, gradients_of, losses, network_of, raw_outputs

WEIGHTS = (0.5, 2.0, 3.0)
SPACES: tuple[GradientSpace, ...] = ("representation", "last_layer", "parameters")
SHARING = [way for way in WAYS if way.shares_parameters]
every_number_of_members = pytest.mark.parametrize("members", [1, 3])
DISJOINT = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] * 4


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


def step_gradients(
    network: MultiTaskNetwork, scheme: Scheme, rows: TaskBatch, space: GradientSpace, observe: bool = False
) -> dict[str, Tensor]:
    network.zero_grad()
    Step(network, TASKS, scheme, space).backward(rows, scheme.init(3, 0), 0, observe_gramian=observe)
    return {
        name: torch.zeros_like(parameter) if parameter.grad is None else parameter.grad.clone()
        for name, parameter in network.named_parameters()
    }


def own_names(network: MultiTaskNetwork) -> set[str]:
    own = {id(parameter) for parameter in (*network.body.own_parameters(), *network.heads.parameters())}
    return {name for name, parameter in network.named_parameters() if id(parameter) in own}


@every_number_of_members
@pytest.mark.parametrize("observe", [False, True])
@pytest.mark.parametrize("trunk", [(8, 6), (7,)], ids=str)
@pytest.mark.parametrize("sharing", WAYS, ids=entry_name)
def test_a_loss_scheme_weighs_the_whole_task_loss(
    sharing: Sharing, trunk: tuple[int, ...], observe: bool, members: int
) -> None:
    network, rows = (
        network_of(sharing, trunk, composed=True, members=members),
        batch([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]] * 6),
    )
    by_task = losses(raw_outputs(network, rows.inputs), rows)
    expected = gradients_of(network, torch.stack([w * loss for w, loss in zip(WEIGHTS, by_task, strict=True)]).sum())
    for space in SPACES:
        found = step_gradients(network, Fixed(WEIGHTS), rows, space, observe)
        for name, gradient in expected.items():
            torch.testing.assert_close(found[name], gradient, msg=name)


@every_number_of_members
@pytest.mark.parametrize("trunk", [(8, 6), (7,)], ids=str)
@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("sharing", SHARING, ids=entry_name)
def test_a_gramian_scheme_weighs_what_is_shared_and_leaves_each_task_its_own_gradient(
    sharing: Sharing, space: GradientSpace, trunk: tuple[int, ...], members: int
) -> None:
    network = network_of(sharing, trunk, composed=True, text="mean", members=members)
    rows = batch([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]] * 6, tokens=4)
    by_task = [gradients_of(network, loss) for loss in losses(raw_outputs(network, rows.inputs), rows)]
    found, own = step_gradients(network, FixedByGramian(WEIGHTS), rows, space), own_names(network)
    for name in found:
        weights = (1.0, 1.0, 1.0) if name in own else WEIGHTS
        expected = torch.stack([w * task[name] for w, task in zip(weights, by_task, strict=True)]).sum(0)
        torch.testing.assert_close(found[name], expected, msg=name)


@every_number_of_members
@pytest.mark.parametrize("text", [None, "mean", "lstm"])
@pytest.mark.parametrize("trunk", [(8, 6), (7,)], ids=str)
@pytest.mark.parametrize("space", ["last_layer", "parameters"])
@pytest.mark.parametrize("sharing", SHARING, ids=entry_name)
def test_the_gramian_is_that_of_the_named_parameters(
    sharing: Sharing, space: GradientSpace, trunk: tuple[int, ...], text: str | None, members: int
) -> None:
    network, rows = network_of(sharing, trunk, text=text, members=members), batch(tokens=4 if text else 0)
    body = network.body
    named = {id(p) for p in (body.last_shared_layer() if space == "last_layer" else body.shared_parameters())}
    names = [name for name, parameter in network.named_parameters() if id(parameter) in named]
    by_task = [gradients_of(network, loss) for loss in losses(raw_outputs(network, rows.inputs), rows)]
    jacobian = torch.stack([torch.cat([task[name].flatten() for name in names]) for task in by_task]).double()
    found = Step(network, TASKS, Equal(), space).backward(rows, {}, 0, observe_gramian=True).gramian
    assert found is not None
    np.testing.assert_allclose(found, (jacobian @ jacobian.T).numpy(), rtol=1e-5, atol=1e-9)


@every_number_of_members
@pytest.mark.parametrize("trunk", [(8, 6), (7,)], ids=str)
@pytest.mark.parametrize("sharing", SHARING, ids=entry_name)
def test_the_gramian_of_the_representation_is_that_of_what_the_tasks_own_stages_read(
    sharing: Sharing, trunk: tuple[int, ...], members: int
) -> None:
    network, rows = network_of(sharing, trunk, members=members), batch()
    body = network.body
    shared = body.shared_stage(rows.inputs)
    common = [tensor.detach().requires_grad_() for tensor in shared.common]
    by_slice = [tensor.detach().requires_grad_() for tensor in shared.by_task]
    representation = body.own_stage(body.for_each_task(common), by_slice)
    outputs = network.heads.split(network.heads(representation).outputs)
    leaves = [*common, *by_slice]
    by_task = [
        torch.cat([g.flatten() for g in torch.autograd.grad(loss, leaves, retain_graph=True)]).double()
        for loss in losses(outputs, rows)
    ]
    jacobian = torch.stack(by_task)
    found = Step(network, TASKS, Equal(), "representation").backward(rows, {}, 0, observe_gramian=True).gramian
    assert found is not None
    np.testing.assert_allclose(found, (jacobian @ jacobian.T).numpy(), rtol=1e-5, atol=1e-9)


def test_dropout_is_the_same_for_all_tasks_and_part_of_their_gradients() -> None:
    network, rows = network_of(Hard()), batch()
    network.body.dropout = 0.5  # type: ignore[assignment]
    state = torch.get_rng_state()
    by_task = [gradients_of(network, loss) for loss in losses(raw_outputs(network, rows.inputs), rows)]
    names = [name for name, p in network.named_parameters() if any(p is q for q in network.body.last_shared_layer())]
    jacobian = torch.stack([torch.cat([task[name].flatten() for name in names]) for task in by_task]).double()
    torch.set_rng_state(state)
    found = Step(network, TASKS, Equal(), "last_layer").backward(rows, {}, 0, observe_gramian=True).gramian
    assert found is not None
    np.testing.assert_allclose(found, (jacobian @ jacobian.T).numpy(), rtol=1e-5)


def test_without_shared_parameters_there_is_no_gramian() -> None:
    network = network_of(Soft())
    step = Step(network, TASKS, Equal(), "parameters")
    assert step.backward(batch(), {}, 0, observe_gramian=True).gramian is None


def test_gradients_of_the_representation_cannot_conflict_on_disjoint_rows_but_those_of_a_layer_can() -> None:
    gramians = {}
    for space in SPACES:
        step = Step(network_of(Hard()), TASKS, Equal(), space)
        gramian = step.backward(batch(DISJOINT), {}, 0, observe_gramian=True).gramian
        assert gramian is not None
        gramians[space] = gramian - np.diag(np.diag(gramian))
    assert np.all(gramians["representation"] == 0.0)
    assert np.all(gramians["last_layer"][~np.eye(3, dtype=bool)] != 0.0)


def test_gradients_too_large_for_their_squares_in_float32_have_a_finite_gramian() -> None:
    network, rows = network_of(Hard()), batch()
    rows.targets[:, 0] = 1e18
    for space in SPACES:
        gramian = Step(network, TASKS, Equal(), space).backward(rows, {}, 0, observe_gramian=True).gramian
        assert gramian is not None
        assert np.isfinite(gramian).all()
        assert gramian[0, 0] > 1e32


def test_a_task_without_a_label_in_the_batch_has_no_weight_and_no_gradient() -> None:
    network, rows = network_of(Hard()), batch([[1.0, 0.0, 1.0]] * 12)
    result = Step(network, TASKS, Equal(), "last_layer").backward(rows, {}, 0)
    np.testing.assert_array_equal(result.weights, [1.0, 0.0, 1.0])
    assert np.isnan(result.losses[1])
    assert np.isfinite(result.losses[[0, 2]]).all()
    assert network.heads.weight.grad is not None
    assert [bool(part.any()) for part in network.heads.weight.grad.split([1, 1, 3])] == [True, False, True]


def test_a_loss_that_is_not_finite_names_its_task() -> None:
    rows = batch()
    rows.targets[3, 0] = torch.inf
    with pytest.raises(TrainingDivergedError, match="income"):
        Step(network_of(Hard()), TASKS, Equal(), "last_layer").backward(rows, {}, 0)


@every_number_of_members
@pytest.mark.parametrize("sharing", WAYS, ids=entry_name)
def test_losses_after_the_step_are_those_of_the_parameters_as_they_are_now(sharing: Sharing, members: int) -> None:
    network, rows = network_of(sharing, members=members), batch([[1.0, 0.0, 1.0]] * 12)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(0.5)
    expected = [loss.item() for loss in losses(raw_outputs(network, rows.inputs), rows)]
    found = Step(network, TASKS, Equal(), "last_layer").losses_again(rows)
    np.testing.assert_allclose(found[[0, 2]], np.array(expected)[[0, 2]], rtol=1e-6)
    assert np.isnan(found[1])


@every_number_of_members
@pytest.mark.parametrize("text", [None, "mean", "lstm"])
@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("sharing", WAYS, ids=entry_name)
def test_a_forward_pass_in_bfloat16_gives_the_same_gradients_but_for_rounding(
    sharing: Sharing, space: GradientSpace, text: str | None, members: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, rows = network_of(sharing, text=text, members=members), batch(tokens=4 if text else 0)
    exact = step_gradients(network, Equal(), rows, space)
    network.zero_grad()
    mixed = Step(network, TASKS, Equal(), space, Precision(torch.device("cpu"), mixed=True))
    # oneDNN has an LSTM in bfloat16 only for processors with AVX-512; PyTorch's own runs on all.
    monkeypatch.setattr(torch.backends.mkldnn, "enabled", False)
    result = mixed.backward(rows, {}, 0, observe_gramian=True)
    assert np.isfinite(result.losses).all()
    for name, parameter in network.named_parameters():
        assert parameter.dtype == torch.float32
        if parameter.grad is not None:
            torch.testing.assert_close(parameter.grad, exact[name], rtol=0.1, atol=0.02)
