"""Heads in one matrix: what each of them answers, and written-out gradients against autograd's."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from mtl.models.heads import Heads
from mtl.models.shape import HeadShape

WIDTH, ROWS = 5, 6
ILL, STAGE, COST = HeadShape(1, "binary"), HeadShape(3, "multiclass"), HeadShape(1)
WHOLE, SUM = HeadShape(3, "multiclass", reads=(0, 2)), HeadShape(1, "regression", reads=(1, 0))
SETS: dict[str, tuple[HeadShape, ...]] = {
    "one": (COST,),
    "one of several classes": (STAGE,),
    "one column each": (COST, ILL, ILL),
    "mixed": (ILL, STAGE, COST),
    "composed": (STAGE, WHOLE, ILL),
    "composed of the composed": (COST, WHOLE, STAGE, SUM),
}
every_set = pytest.mark.parametrize("shapes", SETS.values(), ids=SETS)
one_or_many = pytest.mark.parametrize("one", [True, False], ids=["one representation", "one per task"])


def heads(shapes: Sequence[HeadShape]) -> Heads:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = Heads(WIDTH, shapes)
        for parameter in made.parameters():
            nn.init.normal_(parameter)
        return made.double()


def draw(*size: int, seed: int = 1) -> Tensor:
    return torch.randn(size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def representation(shapes: Sequence[HeadShape], one: bool) -> Tensor:
    return draw(ROWS, WIDTH) if one else draw(len(shapes), ROWS, WIDTH)


def own(z: Tensor, k: int) -> Tensor:
    """What task k reads."""
    return z if z.dim() == 2 else z[k]


def probabilities(shape: HeadShape, outputs: Tensor) -> Tensor:
    match shape.kind:
        case "binary":
            return 1 / (1 + (-outputs).exp())
        case "multiclass":
            return outputs.exp() / outputs.exp().sum(dim=1, keepdim=True)
        case _:
            return outputs


def by_hand(made: Heads, z: Tensor) -> dict[int, Tensor]:
    """Each head's outputs, found when they are asked for."""
    found: dict[int, Tensor] = {}

    def answer(k: int) -> Tensor:
        if k not in found:
            found[k] = functional.linear(own(z, k), made.weight[made.blocks[k]], made.bias[made.blocks[k]])
            parts = made.shapes[k].reads
            if parts:
                read = torch.cat([probabilities(made.shapes[part], answer(part)) for part in parts], dim=1)
                found[k] = found[k] + read.detach() @ made.readings[str(k)].T
        return found[k]

    return {k: answer(k) for k in range(len(made.shapes))}


@every_set
@one_or_many
def test_every_head_is_linear_in_what_it_reads(shapes: tuple[HeadShape, ...], one: bool) -> None:
    made, z = heads(shapes), representation(shapes, one)
    outputs, read = made(z)
    for k, part in enumerate(made.split(outputs)):
        assert part.shape == (ROWS, shapes[k].width)
        torch.testing.assert_close(part, by_hand(made, z)[k])
    assert set(read) == {k for k, shape in enumerate(shapes) if shape.reads}


@every_set
@one_or_many
def test_a_batch_may_be_empty(shapes: tuple[HeadShape, ...], one: bool) -> None:
    outputs, _ = heads(shapes)(representation(shapes, one)[..., :0, :])
    assert outputs.shape == (0, sum(shape.width for shape in shapes))


@every_set
@one_or_many
def test_written_out_gradients_are_autograd_s(shapes: tuple[HeadShape, ...], one: bool) -> None:
    made, z = heads(shapes), representation(shapes, one).requires_grad_()
    outputs, read = made(z)
    slopes = draw(*outputs.shape, seed=2)
    expected = torch.autograd.grad((outputs * slopes).sum(), tuple(made.parameters()))
    made.fill_gradients(z.detach(), slopes, read)
    for parameter, gradient in zip(made.parameters(), expected, strict=True):
        assert parameter.grad is not None
        torch.testing.assert_close(parameter.grad, gradient)


@every_set
@one_or_many
def test_written_out_slopes_of_the_representation_are_autograd_s_task_by_task(
    shapes: tuple[HeadShape, ...], one: bool
) -> None:
    made, z = heads(shapes), representation(shapes, one).requires_grad_()
    outputs, _ = made(z)
    slopes = draw(*outputs.shape, seed=2)
    found = made.slopes_of_representation(slopes)
    assert found.shape == (len(shapes), ROWS, WIDTH)
    for k, block in enumerate(made.blocks):
        (gradient,) = torch.autograd.grad((outputs * slopes)[:, block].sum(), z, retain_graph=True)
        torch.testing.assert_close(found[k], own(gradient, k))
        assert one or not any(gradient[other].any() for other in range(len(shapes)) if other != k)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_parts_are_read_whatever_the_order_of_the_heads(order: tuple[int, ...]) -> None:
    shapes = SETS["composed of the composed"]
    made, z = heads(shapes), draw(len(shapes), ROWS, WIDTH)
    expected = made.split(made(z).outputs)
    new = {old: position for position, old in enumerate(order)}
    moved = heads([replace(shapes[k], reads=tuple(new[part] for part in shapes[k].reads)) for k in order])
    with torch.no_grad():
        for position, k in enumerate(order):
            moved.weight[moved.blocks[position]] = made.weight[made.blocks[k]]
            moved.bias[moved.blocks[position]] = made.bias[made.blocks[k]]
            if shapes[k].reads:
                moved.readings[str(position)].copy_(made.readings[str(k)])
    for position, found in enumerate(moved.split(moved(z[list(order)]).outputs)):
        torch.testing.assert_close(found, expected[order[position]])


def test_a_head_never_teaches_its_parts_and_reads_them_as_predictions() -> None:
    made = heads((ILL, HeadShape(1, "regression", reads=(0,))))
    z = draw(ROWS, WIDTH)
    outputs, read = made(z)
    torch.testing.assert_close(read[1], 1 / (1 + (-outputs[:, :1]).exp()))
    of_weight, of_reading = torch.autograd.grad(outputs[:, 1].sum(), (made.weight, made.readings["1"]))
    assert not of_weight[0].any()
    torch.testing.assert_close(of_weight[1], z.sum(dim=0))
    torch.testing.assert_close(of_reading, read[1].sum(dim=0, keepdim=True))


@every_set
def test_values_per_task_become_values_per_column(shapes: tuple[HeadShape, ...]) -> None:
    made, values = heads(shapes), torch.arange(1.0, len(shapes) + 1)
    expected = [value for value, shape in zip(values.tolist(), shapes, strict=True) for _ in range(shape.width)]
    assert made.columns(values).tolist() == expected


def test_heads_are_drawn_as_pytorch_draws_linear_layers() -> None:
    made, one = Heads(400, (HeadShape(50), HeadShape(50, reads=(0,)))), nn.Linear(400, 50)
    for drawn, bound in ((made.weight, 400**-0.5), (made.bias, 400**-0.5), (made.readings["1"], 50**-0.5)):
        assert float(drawn.detach().abs().max()) <= bound
    assert float(made.weight.detach().std()) == pytest.approx(float(one.weight.detach().std()), rel=0.05)


@every_set
@one_or_many
@pytest.mark.parametrize("members", [1, 2])
def test_a_constant_becomes_part_of_the_biases_and_no_answer_changes(
    shapes: tuple[HeadShape, ...], one: bool, members: int
) -> None:
    made = Heads(WIDTH, shapes, members)
    z, before = representation(shapes, one).float(), {name: value.clone() for name, value in made.state_dict().items()}
    plain = made(z).outputs
    constant = draw(plain.shape[1], seed=3)
    made.shift_by(constant)
    assert made.state_dict().keys() == before.keys()
    shifted, read = made(z)
    made.fill_gradients(z, torch.ones_like(shifted), read)
    if not read:
        torch.testing.assert_close(shifted, plain + constant.float())
    made.fold_shift()
    assert torch.equal(made(z).outputs, shifted)
    torch.testing.assert_close(made.bias, before["bias"] + constant.float())
    made.fold_shift()
    assert torch.equal(made(z).outputs, shifted)
