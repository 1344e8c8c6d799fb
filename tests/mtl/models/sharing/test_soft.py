"""Soft sharing: networks that know nothing of each other, and penalties against autograd of their formulas."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from mtl.models.sharing.hard import HardBody
from mtl.models.sharing.soft import Penalty, Soft, SoftBody
from tests.mtl.models.sharing.bodies import Case, batch, body

FORMULAS: dict[Penalty, Callable[[Tensor], Tensor]] = {
    "l2": lambda theta: (theta - theta.mean(dim=0)).square().sum(),
    "trace_norm": lambda theta: torch.linalg.matrix_norm(theta, ord="nuc"),
}
every_penalty = pytest.mark.parametrize("penalty", list(FORMULAS))


def soft(penalty: Penalty = "l2", strength: float = 0.01, tasks: int = 3) -> SoftBody:
    made = body(Case(Soft(penalty=penalty, strength=strength), tasks=tasks))
    assert isinstance(made, SoftBody)
    return made


def networks(made: SoftBody) -> list[HardBody]:
    return [each for each in made.bodies if isinstance(each, HardBody)]


def pulls(made: SoftBody) -> list[Tensor]:
    """What the penalty adds to the gradients, by parameter."""
    for parameter in made.parameters():
        parameter.grad = torch.zeros_like(parameter)
    made.add_penalty_gradient()
    return [parameter.grad for parameter in made.parameters() if parameter.grad is not None]


def make_equal(made: SoftBody) -> None:
    first, *others = networks(made)
    for other in others:
        other.load_state_dict(first.state_dict())


def test_each_task_has_a_network_of_its_own() -> None:
    made = soft()
    rows = batch(Case(Soft()))
    representation = made.represent(rows)
    for k, network in enumerate(networks(made)):
        assert torch.equal(representation[k], network.represent(rows))
        parameters = tuple(made.parameters())
        reached = torch.autograd.grad(representation[k].sum(), parameters, retain_graph=True, allow_unused=True)
        learning = {id(p) for p, g in zip(parameters, reached, strict=True) if g is not None and g.any()}
        assert learning == {id(p) for p in network.parameters()}


@every_penalty
@pytest.mark.parametrize("tasks", [1, 2, 3])
def test_a_penalty_pulls_as_autograd_of_its_formula(penalty: Penalty, tasks: int) -> None:
    made = soft(penalty, strength=0.3, tasks=tasks)
    columns = zip(*(network.parameters() for network in networks(made)), strict=True)
    total = torch.stack([FORMULAS[penalty](torch.stack([p.flatten() for p in same])) for same in columns]).sum()
    expected = torch.autograd.grad(0.3 * total, tuple(made.parameters()))
    for found, wanted in zip(pulls(made), expected, strict=True):
        torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)


@every_penalty
def test_a_penalty_is_added_to_what_the_losses_pull(penalty: Penalty) -> None:
    made = soft(penalty)
    alone = pulls(made)
    made.zero_grad()
    made.represent(batch(Case(Soft()))).sum().backward()
    of_losses = [parameter.grad.clone() for parameter in made.parameters() if parameter.grad is not None]
    made.add_penalty_gradient()
    for parameter, one, other in zip(made.parameters(), of_losses, alone, strict=True):
        assert parameter.grad is not None
        torch.testing.assert_close(parameter.grad, one + other)


@every_penalty
def test_a_parameter_that_does_not_learn_is_left_alone(penalty: Penalty) -> None:
    made = soft(penalty)
    made.add_penalty_gradient()
    assert all(parameter.grad is None for parameter in made.parameters())


def test_the_l2_penalty_leaves_equal_networks_alone() -> None:
    made = soft("l2", strength=100.0)
    assert all(pull.any() for pull in pulls(made))
    make_equal(made)
    for pull in pulls(made):
        torch.testing.assert_close(pull, torch.zeros_like(pull), atol=1e-4, rtol=0.0)


def test_the_trace_norm_penalty_shrinks_equal_networks_alike() -> None:
    # θ of rank 1, all rows t: the trace norm is √K‖t‖, its gradient by each row t / (√K‖t‖).
    made = soft("trace_norm", strength=1.0)
    make_equal(made)
    for parameter, pull in zip(made.parameters(), pulls(made), strict=True):
        torch.testing.assert_close(pull, parameter.detach() / (3**0.5 * parameter.detach().norm()))


@every_penalty
def test_parameters_that_are_all_0_have_a_finite_pull(penalty: Penalty) -> None:
    made = soft(penalty)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.zero_()
    assert not any(pull.any() for pull in pulls(made))


@every_penalty
def test_steps_against_the_pull_bring_networks_together(penalty: Penalty) -> None:
    made = soft(penalty, strength=0.1)

    def spread() -> float:
        columns = zip(*(network.parameters() for network in networks(made)), strict=True)
        return sum(float(FORMULAS[penalty](torch.stack([p.flatten() for p in same]).detach())) for same in columns)

    before = spread()
    for _ in range(10):
        found = pulls(made)
        with torch.no_grad():
            for parameter, pull in zip(made.parameters(), found, strict=True):
                parameter.sub_(pull)
    assert spread() < 0.9 * before
