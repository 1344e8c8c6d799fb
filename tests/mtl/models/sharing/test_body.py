"""What every way of sharing promises: two stages, whose parameters and tensors belong to all tasks or to one."""

import json

import pytest
import torch
from torch import Tensor, nn

from mtl.models.shape import NetworkShape
from mtl.models.sharing.catalog import build_body
from tests.mtl.models.sharing.bodies import CASES, Case, batch, body, by_task, shape

every_case = pytest.mark.parametrize("case", CASES, ids=str)
SHARING = [case for case in CASES if case.sharing.name != "soft"]
every_sharing_case = pytest.mark.parametrize("case", SHARING, ids=str)
every_parting_case = pytest.mark.parametrize("case", [case for case in SHARING if case.sharing.name != "hard"], ids=str)


def gradients(of: Tensor, parameters: tuple[nn.Parameter, ...]) -> list[Tensor]:
    """The gradients of a sum; 0 where it does not reach."""
    found = torch.autograd.grad(of.sum(), parameters, retain_graph=True, allow_unused=True)
    return [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, found, strict=True)]


def of_one_task(case: Case, gradient: Tensor) -> list[int]:
    """Which parts along the first axis have a gradient."""
    return [k for k in range(case.tasks) if gradient[k].any()]


@every_case
def test_every_row_has_a_finite_representation_of_one_width(case: Case) -> None:
    model = body(case)
    found = model.represent(batch(case))
    one_for_all = case.sharing.name == "hard"
    assert found.shape == ((7, model.width) if one_for_all else (case.tasks, 7, model.width))
    assert (model.num_tasks, model.width) == (case.tasks, case.trunk[-1])
    assert torch.isfinite(found).all()
    assert found.any()


@every_case
def test_a_batch_may_be_empty(case: Case) -> None:
    found = body(case).represent(batch(case, rows=0))
    assert by_task(case, found).shape == (case.tasks, 0, case.trunk[-1])


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
    assert bool(model.last_shared_layer()) == bool(shared) == model.shares


@every_sharing_case
def test_every_task_reaches_every_shared_parameter(case: Case) -> None:
    model = body(case)
    for representation in by_task(case, model.represent(batch(case))):
        for gradient in gradients(representation, model.shared_parameters()):
            assert gradient.any()


@every_parting_case
def test_a_task_reaches_its_own_part_of_own_parameters_alone(case: Case) -> None:
    model = body(case)
    for k, representation in enumerate(by_task(case, model.represent(batch(case)))):
        for gradient in gradients(representation, model.own_parameters()):
            assert len(gradient) == case.tasks
            assert of_one_task(case, gradient) == [k]


@every_case
def test_the_second_stage_of_a_task_reads_its_own_part_of_the_first_alone(case: Case) -> None:
    model = body(case)
    shared = model.share(batch(case))
    read = [t.detach().requires_grad_() for t in (*model.for_each_task(shared.common), *shared.apart)]
    parted = model.part(read[: len(shared.common)], read[len(shared.common) :])
    torch.testing.assert_close(parted, by_task(case, model.represent(batch(case))))
    for k, representation in enumerate(parted):
        for gradient in torch.autograd.grad(representation.sum(), read, retain_graph=True):
            assert of_one_task(case, gradient) == [k]


@every_case
def test_the_second_stage_has_no_parameters_but_the_tasks_own(case: Case) -> None:
    model = body(case)
    shared = model.share(batch(case))
    alone = [tensor.detach() for tensor in (*model.for_each_task(shared.common), *shared.apart)]
    parted = model.part(alone[: len(shared.common)], alone[len(shared.common) :])
    assert parted.requires_grad == (bool(model.own_parameters()) and model.shares)
    if parted.requires_grad:
        assert not any(gradient.any() for gradient in gradients(parted, model.shared_parameters()))


@every_case
def test_saved_weights_fit_the_shape_that_was_saved_with_them(case: Case) -> None:
    again = NetworkShape.from_dict(json.loads(json.dumps(shape(case).to_dict())))
    assert again == shape(case)
    loaded = build_body(again).eval()
    loaded.load_state_dict(body(case).state_dict())
    assert torch.equal(loaded.represent(batch(case)), body(case).represent(batch(case)))


@every_case
def test_a_seed_decides_a_new_body(case: Case) -> None:
    made = []
    for seed in (3, 3, 4):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            made.append(build_body(shape(case)).represent(batch(case)))
    assert torch.equal(made[0], made[1])
    assert not torch.equal(made[0], made[2])
