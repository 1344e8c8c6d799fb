"""What every way of sharing promises: two stages, whose parameters and tensors belong to all tasks or to one."""

import json

import pytest
import torch
from torch import Tensor, nn

from mtl.models.shape import NetworkShape
from tests.mtl.models.sharing.bodies import CASES, Case, batch, body, for_each_task, shape

every_case = pytest.mark.parametrize("case", CASES, ids=str)
WITH_SHARED_PARAMETERS = [case for case in CASES if case.sharing.shares_parameters]
every_sharing_case = pytest.mark.parametrize("case", WITH_SHARED_PARAMETERS, ids=str)
WITH_BOTH_STAGES = [case for case in WITH_SHARED_PARAMETERS if body(case).has_own_stage]
every_case_of_two_stages = pytest.mark.parametrize("case", WITH_BOTH_STAGES, ids=str)


def gradients(of: Tensor, parameters: tuple[nn.Parameter, ...]) -> list[Tensor]:
    """The gradients of a sum; 0 where it does not reach."""
    found = torch.autograd.grad(of.sum(), parameters, retain_graph=True, allow_unused=True)
    return [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, found, strict=True)]


def of_one_task(case: Case, gradient: Tensor) -> list[int]:
    """Which slices along the first axis have a gradient."""
    return [k for k in range(case.tasks) if gradient[k].any()]


@every_case
def test_every_row_has_a_finite_representation_of_one_width(case: Case) -> None:
    model = body(case)
    found = model.represent(batch(case))
    assert found.shape == ((case.tasks, 7, model.width) if model.has_own_stage else (7, model.width))
    assert (model.num_tasks, model.width) == (case.tasks, case.trunk[-1])
    assert torch.isfinite(found).all()
    assert found.any()


@every_case
def test_a_batch_may_be_empty(case: Case) -> None:
    found = body(case).represent(batch(case, rows=0))
    assert for_each_task(case, found).shape == (case.tasks, 0, case.trunk[-1])


@every_case
def test_each_row_is_represented_on_its_own(case: Case) -> None:
    model, order = body(case), torch.tensor([3, 1, 4])
    together = model.represent(batch(case))
    torch.testing.assert_close(model.represent(batch(case).rows(order)), together[..., order, :])


@every_case
def test_dropout_is_for_training_alone(case: Case) -> None:
    model, rows = body(case, dropout=0.5), batch(case)
    assert torch.equal(model.represent(rows), model.represent(rows))
    torch.testing.assert_close(model.represent(rows), body(case).represent(rows))
    model.train()
    torch.manual_seed(0)
    assert not torch.equal(model.represent(rows), model.represent(rows))


@every_case
def test_every_parameter_is_shared_or_a_task_s_own(case: Case) -> None:
    model = body(case)
    shared, own = ({id(p) for p in parameters} for parameters in (model.shared_parameters(), model.own_parameters()))
    assert not shared & own
    assert shared | own == {id(p) for p in model.parameters()}
    assert len(shared) + len(own) == len(list(model.parameters()))
    assert {id(p) for p in model.last_shared_layer()} <= shared
    assert bool(model.last_shared_layer()) == bool(shared) == case.sharing.shares_parameters


@every_sharing_case
def test_every_task_reaches_every_shared_parameter(case: Case) -> None:
    model = body(case)
    for representation in for_each_task(case, model.represent(batch(case))):
        for gradient in gradients(representation, model.shared_parameters()):
            assert gradient.any()


@every_case_of_two_stages
def test_a_task_reaches_its_own_slice_of_own_parameters_alone(case: Case) -> None:
    model = body(case)
    for k, representation in enumerate(for_each_task(case, model.represent(batch(case)))):
        for gradient in gradients(representation, model.own_parameters()):
            assert len(gradient) == case.tasks
            assert of_one_task(case, gradient) == [k]


@every_case
def test_the_own_stage_of_a_task_reads_its_own_slice_of_the_shared_outputs_alone(case: Case) -> None:
    model = body(case)
    shared = model.shared_stage(batch(case))
    read = [t.detach().requires_grad_() for t in (*model.for_each_task(shared.common), *shared.by_task)]
    separate = model.own_stage(read[: len(shared.common)], read[len(shared.common) :])
    torch.testing.assert_close(separate, for_each_task(case, model.represent(batch(case))))
    for k, representation in enumerate(separate):
        for gradient in torch.autograd.grad(representation.sum(), read, retain_graph=True):
            assert of_one_task(case, gradient) == [k]


@every_case
def test_the_own_stage_has_no_parameters_but_the_tasks_own(case: Case) -> None:
    model = body(case)
    shared = model.shared_stage(batch(case))
    alone = [tensor.detach() for tensor in (*model.for_each_task(shared.common), *shared.by_task)]
    separate = model.own_stage(alone[: len(shared.common)], alone[len(shared.common) :])
    assert separate.requires_grad == (bool(model.own_parameters()) and case.sharing.shares_parameters)
    if separate.requires_grad:
        assert not any(gradient.any() for gradient in gradients(separate, model.shared_parameters()))


@every_case
def test_saved_weights_fit_the_shape_that_was_saved_with_them(case: Case) -> None:
    again = NetworkShape.from_dict(json.loads(json.dumps(shape(case).to_dict())))
    assert again == shape(case)
    loaded = again.sharing.body(again).eval()
    loaded.load_state_dict(body(case).state_dict())
    assert torch.equal(loaded.represent(batch(case)), body(case).represent(batch(case)))


@every_case
def test_a_penalty_changes_gradients_that_are_there_and_makes_none(case: Case) -> None:
    model = body(case)
    model.add_penalty_gradient()
    assert all(parameter.grad is None for parameter in model.parameters())
    model.represent(batch(case)).sum().backward()
    model.add_penalty_gradient()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


@every_case
def test_a_seed_decides_a_new_body(case: Case) -> None:
    made = []
    for seed in (3, 3, 4):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            made.append(case.sharing.body(shape(case)).represent(batch(case)))
    assert torch.equal(made[0], made[1])
    assert not torch.equal(made[0], made[2])
