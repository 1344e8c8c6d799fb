"""Layers side by side against PyTorch's own linear layers, one by one."""

from math import sqrt

import pytest
import torch
from torch import nn
from torch.nn import functional

from mtl.models.stacked import StackedLinear, StackedTrunks

INPUTS = torch.randn(3, 7, 4, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("rows", [7, 1, 0])
def test_each_copy_is_a_linear_layer_on_its_own_input_or_on_the_common_one(rows: int) -> None:
    stacked, inputs = StackedLinear(3, before=4, after=5), INPUTS[:, :rows]
    apart, common = stacked(inputs), stacked(inputs[0])
    assert apart.shape == common.shape == (3, rows, 5)
    for n in range(3):
        torch.testing.assert_close(apart[n], functional.linear(inputs[n], stacked.weight[n], stacked.bias[n, 0]))
        torch.testing.assert_close(common[n], functional.linear(inputs[0], stacked.weight[n], stacked.bias[n, 0]))


def test_every_copy_is_drawn_as_pytorch_draws_a_layer() -> None:
    stacked, one = StackedLinear(3, 64, 50), nn.Linear(64, 50)
    for drawn, like in ((stacked.weight, one.weight), (stacked.bias, one.bias)):
        for copy in drawn.detach():
            assert float(copy.abs().max()) <= 1 / sqrt(64)
            assert float(copy.std()) == pytest.approx(float(like.detach().std()), rel=0.3)
    assert not torch.equal(stacked.weight[0], stacked.weight[1])


def test_trunks_have_relu_and_dropout_after_every_layer() -> None:
    trunks = StackedTrunks(3, (4, 6, 5), dropout=0.5).eval()
    expected = INPUTS[0].expand(3, 7, 4)
    for layer in trunks.layers:
        expected = layer(expected).clamp(min=0)
    torch.testing.assert_close(trunks(INPUTS[0]), expected)
    inner: list[torch.Tensor] = []
    trunks.layers[1].register_forward_hook(lambda _module, inputs, _output: inner.append(inputs[0]))
    for found in (trunks.train()(INPUTS), *inner):
        assert (found == 0).float().mean() > 0.5
    assert not torch.equal(trunks(INPUTS), trunks(INPUTS))
