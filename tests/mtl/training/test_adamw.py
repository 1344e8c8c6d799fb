"""The update of the parameters."""

import torch
from torch import nn

from mtl.training.adamw import AdamW


def parameters(seed: int = 0) -> list[nn.Parameter]:
    """A matrix, a vector and a number."""
    generator = torch.Generator().manual_seed(seed)
    return [nn.Parameter(torch.randn(shape, generator=generator)) for shape in [(7, 5), (7,), ()]]


def set_gradients(given: list[nn.Parameter], step: int) -> None:
    """Gradients that differ by orders of magnitude; every third step, the vector has none."""
    generator = torch.Generator().manual_seed(step)
    for position, parameter in enumerate(given):
        gradient = torch.randn(parameter.shape, generator=generator) * 10.0 ** (step % 5 - 3)
        parameter.grad = None if position == 1 and step % 3 == 0 else gradient


def test_the_parameters_follow_pytorchs_optimizer_bit_for_bit() -> None:
    ours, theirs = parameters(), parameters()
    update, reference = AdamW(ours, 0.03, 0.2), torch.optim.AdamW(theirs, lr=0.03, weight_decay=0.2, fused=True)
    for step in range(20):
        set_gradients(ours, step)
        set_gradients(theirs, step)
        update.step()
        reference.step()
        assert all(torch.equal(mine, their) for mine, their in zip(ours, theirs, strict=True))


def test_a_step_drops_the_gradients_that_it_followed() -> None:
    given = parameters()
    set_gradients(given, 1)
    AdamW(given, 0.03, 0.0).step()
    assert [parameter.grad for parameter in given] == [None, None, None]


def test_without_any_gradient_nothing_moves() -> None:
    given = parameters()
    AdamW(given, 0.03, 0.2).step()
    assert all(torch.equal(now, before) for now, before in zip(given, parameters(), strict=True))


def test_a_restored_update_goes_on_as_if_it_had_not_been_interrupted() -> None:
    whole, first = parameters(), parameters()
    update, interrupted = AdamW(whole, 0.03, 0.2), AdamW(first, 0.03, 0.2)
    for step in range(6):
        set_gradients(whole, step)
        update.step()
    for step in range(3):
        set_gradients(first, step)
        interrupted.step()
    second = [nn.Parameter(parameter.detach().clone()) for parameter in first]
    resumed = AdamW(second, 0.03, 0.2)
    resumed.restore([[moment.clone() for moment in moments] for moments in interrupted.state()])
    for step in range(3, 6):
        set_gradients(second, step)
        resumed.step()
    assert all(torch.equal(one, other) for one, other in zip(second, whole, strict=True))
