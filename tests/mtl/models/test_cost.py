"""What a network costs is counted, not timed."""

from dataclasses import replace

import pytest

from mtl.models.cost import Cost, cost_of
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import HeadShape, NetworkShape
from mtl.models.sharing.mmoe import Mmoe
from mtl.models.sharing.soft import Soft
from mtl.models.sharing_way import Sharing
from tests.mtl.models.parts import parts

NUMBERS, HIDDEN = 5, 7
SHAPE = NetworkShape(parts(NUMBERS), heads=(HeadShape(1), HeadShape(3, "multiclass")), trunk=(HIDDEN,))


def cost(shape: NetworkShape) -> Cost:
    return cost_of(MultiTaskNetwork(shape))


def test_a_layer_costs_its_weights_and_keeps_its_biases() -> None:
    products = NUMBERS * HIDDEN + HIDDEN * (1 + 3)
    assert cost(SHAPE) == Cost(parameters=products + HIDDEN + 1 + 3, multiply_adds=products)


def test_a_network_per_task_costs_a_trunk_per_task() -> None:
    shared, apart = cost(SHAPE), cost(replace(SHAPE, sharing=Soft()))
    assert apart.multiply_adds == shared.multiply_adds + NUMBERS * HIDDEN
    assert apart.parameters == shared.parameters + NUMBERS * HIDDEN + HIDDEN


@pytest.mark.parametrize("sharing", [Mmoe(experts=2), Mmoe(experts=5)], ids=["2 experts", "5 experts"])
def test_experts_cost_more_than_one_trunk(sharing: Sharing) -> None:
    one, many = cost(SHAPE), cost(replace(SHAPE, sharing=sharing))
    assert many.parameters > one.parameters
    assert many.multiply_adds > one.multiply_adds


def test_a_text_in_order_costs_its_weights_once_per_token() -> None:
    read = replace(SHAPE, parts=parts(NUMBERS, vocabulary=9, text="lstm", text_width=6))
    mean = replace(SHAPE, parts=parts(NUMBERS, vocabulary=9, text="mean", text_width=6))
    tokens, gates, inputs, states = 4, 4, 6, 6
    assert cost(read).multiply_adds - cost(mean).multiply_adds == tokens * gates * 6 * (inputs + states)


def test_dropout_costs_nothing() -> None:
    assert cost(replace(SHAPE, dropout=0.5)) == cost(SHAPE)
