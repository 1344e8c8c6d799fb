"""The trunk against its layers applied one by one, and its way back against autograd."""

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn

from mtl.models.trunk import Trunk

ROWS, WIDTHS = 7, (4, 6, 5)


def trunk(dropout: float = 0.0, widths: Sequence[int] = WIDTHS) -> Trunk:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Trunk(widths, dropout)


def draw(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


def linear_layers(made: Trunk) -> list[nn.Linear]:
    return [layer for layer in made.layers if isinstance(layer, nn.Linear)]


def by_autograd(made: Trunk, inputs: Tensor, towards: Tensor) -> list[Tensor]:
    """The gradients with respect to the inputs, and to each parameter from the first layer to the last."""
    inputs = inputs.clone().requires_grad_()
    return list(torch.autograd.grad(made(inputs), [inputs, *made.parameters()], towards))


@torch.no_grad()
def written_out(made: Trunk, inputs: Tensor, towards: Tensor) -> list[Tensor]:
    """The same by the way back."""
    arrivals = list(made.back(towards.clone(), made.activations(inputs)))
    assert [arrival.layer for arrival in arrivals] == linear_layers(made)[::-1]
    gradients = [gradient for arrival in arrivals[::-1] for gradient in (arrival.weight(), arrival.bias())]
    return [arrivals[-1].inputs(), *gradients]


@pytest.mark.parametrize("hidden", [(6,), (6, 5), (6, 5, 4)])
def test_each_layer_is_linear_and_then_relu(hidden: tuple[int, ...]) -> None:
    made, inputs = trunk(widths=(4, *hidden)), draw(ROWS, 4)
    assert [layer.out_features for layer in linear_layers(made)] == list(hidden)
    expected = [inputs]
    for layer in linear_layers(made):
        expected.append((expected[-1] @ layer.weight.T + layer.bias).clamp(min=0))
    for found, step in zip(made.activations(inputs), expected, strict=True):
        torch.testing.assert_close(found, step)
    torch.testing.assert_close(made(inputs), expected[-1])


@pytest.mark.parametrize("widths", [(4, 6), (4, 6, 5), (4, 6, 5, 3)], ids=str)
@pytest.mark.parametrize(("training", "dropout"), [(False, 0.5), (True, 0.0), (True, 0.5)])
def test_the_way_back_is_autograd_s(widths: tuple[int, ...], training: bool, dropout: float) -> None:
    made, inputs, towards = trunk(dropout, widths).train(training), draw(ROWS, 4), draw(ROWS, widths[-1])
    with torch.random.fork_rng():
        torch.manual_seed(2)
        expected = by_autograd(made, inputs, towards)
        torch.manual_seed(2)
        found = written_out(made, inputs, towards)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)
    assert all(gradient.any() for gradient in found)


def test_gradients_side_by_side_are_those_of_each_alone() -> None:
    made, inputs, towards = trunk(), draw(ROWS, 4), draw(3, ROWS, 5)
    together = written_out(made, inputs, towards)
    for k, alone in enumerate(towards):
        for one, other in zip(together, written_out(made, inputs, alone), strict=True):
            torch.testing.assert_close(one[k], other)


def test_nothing_of_it_is_recorded_where_no_graph_is_wanted() -> None:
    assert not any(gradient.requires_grad for gradient in written_out(trunk(), draw(ROWS, 4), draw(ROWS, 5)))


def test_gradients_of_bfloat16_are_those_of_float32_but_for_rounding() -> None:
    made, inputs, towards = trunk(), draw(ROWS, 4), draw(ROWS, 5)
    expected = written_out(made, inputs, towards)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        activations = made.activations(inputs)
    with torch.no_grad():
        arrivals = list(made.back(towards.bfloat16(), activations))
    found = [gradient for arrival in arrivals[::-1] for gradient in (arrival.weight(), arrival.bias())]
    for one, other in zip(found, expected[1:], strict=True):
        assert one.dtype == torch.float32
        torch.testing.assert_close(one, other, rtol=0.1, atol=0.1)
