"""A network of members answers with the mean of what as many networks of one member would."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from mtl.models.batch import Batch
from mtl.models.heads import Heads
from mtl.models.members import all_rows, by_member, for_each_member
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import HeadShape, NetworkShape
from mtl.models.sharing_way import Sharing
from mtl.tasks.kind import kind_named
from tests.mtl.models.parts import parts
from tests.mtl.models.sharing.bodies import WAYS, way_id

MEMBERS, ROWS = 4, 5
KINDS = ("binary", "multiclass", "regression")
SHAPE = NetworkShape(
    parts(3), (HeadShape(1, KINDS[0]), HeadShape(3, KINDS[1]), HeadShape(1, KINDS[2], (0, 1))), (7, 5), members=MEMBERS
)
NUMBERS = torch.randn(ROWS, 3, generator=torch.Generator().manual_seed(1))

every_way = pytest.mark.parametrize("sharing", WAYS, ids=way_id)


def network(shape: NetworkShape) -> MultiTaskNetwork:
    """A network all of whose tasks see the features through the same signs."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = MultiTaskNetwork(shape).eval()
    factors = [parameter for name, parameter in made.named_parameters() if name.endswith("factors")]
    for others in factors[1:]:
        others.data.copy_(factors[0])
    return made


def alone(made: MultiTaskNetwork, member: int) -> tuple[MultiTaskNetwork, Batch]:
    """One member as a network of its own, and the rows as it sees them."""
    weights, only = made.state_dict(), MultiTaskNetwork(replace(made.shape, members=1)).eval()
    signs = next(value for name, value in weights.items() if name.endswith("factors"))
    own = {name: value[member] if name in {"heads.weight", "heads.bias"} else value for name, value in weights.items()}
    only.load_state_dict({name: value for name, value in own.items() if not name.endswith("factors")})
    return only, Batch({"numeric": NUMBERS * signs[member]})


def linked(outputs: list[Tensor]) -> list[Tensor]:
    return [kind_named(kind).link(output) for kind, output in zip(KINDS, outputs, strict=True)]


@every_way
def test_a_prediction_is_the_mean_of_the_members_predictions(sharing: Sharing) -> None:
    made = network(replace(SHAPE, sharing=sharing))
    members = [linked(only(rows)) for only, rows in (alone(made, member) for member in range(MEMBERS))]
    for k, found in enumerate(linked(made(Batch({"numeric": NUMBERS})))):
        each = torch.stack([member[k] for member in members])
        assert each.std(dim=0).min() > 0
        torch.testing.assert_close(found, each.mean(dim=0))


def test_a_mean_of_extreme_probabilities_is_finite() -> None:
    outputs = torch.tensor([[[500.0]], [[-500.0]]])
    assert kind_named("binary").link(kind_named("binary").averaged(outputs)).item() == pytest.approx(0.5)
    classes = torch.cat([outputs, -outputs], dim=2)
    torch.testing.assert_close(kind_named("multiclass").averaged(classes).softmax(dim=1), torch.full((1, 2), 0.5))


def test_what_is_common_to_all_members_is_repeated_and_what_is_of_each_stands_apart() -> None:
    rows = torch.arange(6.0).view(3, 2)
    repeated = for_each_member(rows, 4)
    assert by_member(repeated, 4).shape == (4, 3, 2)
    assert all(torch.equal(one, rows) for one in by_member(repeated, 4))
    assert torch.equal(all_rows(by_member(repeated, 4), 4), repeated)
    assert for_each_member(rows, 1) is by_member(rows, 1) is all_rows(rows, 1) is rows


def test_one_member_has_the_parameters_of_a_network_without_any() -> None:
    assert not [name for name, _ in network(replace(SHAPE, members=1)).named_parameters() if "factors" in name]
    assert Heads(5, SHAPE.heads).weight.shape == (5, 5)


@every_way
def test_members_cost_a_head_and_a_vector_each(sharing: Sharing) -> None:
    one, many = (
        sum(parameter.numel() for parameter in network(replace(SHAPE, sharing=sharing, members=count)).parameters())
        for count in (1, MEMBERS)
    )
    encoders = 3 if not sharing.shares_parameters else 1
    heads = 5 * 5 + 5
    assert many - one == (MEMBERS - 1) * heads + encoders * MEMBERS * 3
