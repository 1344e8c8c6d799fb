"""The network: a body and heads that are saved, moved and drawn together."""

import json
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from mtl.data.transforms import Transforms
from mtl.features.plain import PlainShape
from mtl.models.batch import Batch, to_batch
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import HeadShape, NetworkShape
from mtl.models.sharing.mmoe import Mmoe
from mtl.models.sharing_way import Sharing
from mtl.tasks.fit_task import fit_task
from tests.mtl.data.patients import TEXT, patients, spec
from tests.mtl.models.parts import batch_of, codes_of, parts
from tests.mtl.models.sharing.bodies import WAYS, way_id

CARDINALITIES = (4, 2)
PARTS = parts(3, CARDINALITIES, 9, text_width=6)
SHAPE = NetworkShape(
    PARTS,
    heads=(HeadShape(1, "binary"), HeadShape(3, "multiclass"), HeadShape(1, reads=(0, 1))),
    trunk=(7, 5),
    dropout=0.5,
)
every_way = pytest.mark.parametrize("sharing", WAYS, ids=way_id)


def network(shape: NetworkShape = SHAPE, seed: int = 0) -> MultiTaskNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return MultiTaskNetwork(shape).eval()


def batch(rows: int = 5) -> Batch:
    draw = torch.Generator().manual_seed(1)
    numbers, codes = torch.randn(rows, 3, generator=draw), codes_of(CARDINALITIES, rows, draw)
    return batch_of(numbers, codes, torch.randint(1, 9, (rows, 4), generator=draw))


def shared_by(sharing: Sharing) -> NetworkShape:
    return replace(SHAPE, sharing=sharing)


def shapes_of(answers: list[Tensor]) -> list[tuple[int, ...]]:
    return [tuple(output.shape) for output in answers]


@every_way
def test_every_head_answers_for_every_row(sharing: Sharing) -> None:
    model = network(shared_by(sharing))
    assert shapes_of(model(batch())) == [(5, 1), (5, 3), (5, 1)]
    assert shapes_of(model(batch(0))) == [(0, 1), (0, 3), (0, 1)]
    assert all(torch.isfinite(output).all() for output in model(batch()))


@every_way
@pytest.mark.parametrize("absent", ["numeric", "categorical", "text", "numeric categorical", "categorical text"])
def test_a_study_may_lack_any_kind_of_feature(sharing: Sharing, absent: str) -> None:
    features = {kind: part for kind, part in PARTS.items() if kind not in absent.split()}
    answers = network(replace(SHAPE, parts=features, sharing=sharing))(batch())
    assert shapes_of(answers) == [(5, 1), (5, 3), (5, 1)]


@every_way
def test_each_row_is_predicted_on_its_own(sharing: Sharing) -> None:
    model, order = network(shared_by(sharing)), torch.tensor([3, 1, 4])
    for output, part in zip(model(batch()), model(batch().rows(order)), strict=True):
        torch.testing.assert_close(output[order], part)


@every_way
def test_a_seed_decides_every_weight_that_is_drawn(sharing: Sharing) -> None:
    one, same, other = (network(shared_by(sharing), seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(value, same[name]) for name, value in one.items())
    for name, value in one.items():
        # Mixers start at 0 and mixtures at given shares.
        drawn = "mixers" not in name and "stitches" not in name
        assert torch.equal(value, other[name]) != drawn, name


@pytest.mark.parametrize("heads", [(HeadShape(1),), (HeadShape(3, "multiclass"),), (HeadShape(1),) * 5])
def test_the_body_starts_the_same_for_one_task_and_for_many(heads: tuple[HeadShape, ...]) -> None:
    together, alone = network(seed=3).body.state_dict(), network(replace(SHAPE, heads=heads), seed=3).body.state_dict()
    assert together.keys() == alone.keys()
    assert all(torch.equal(value, alone[name]) for name, value in together.items())


def test_the_gradient_of_one_task_reaches_the_body_and_its_own_head_alone() -> None:
    model = network()
    model(batch())[1].sum().backward()
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in model.body.parameters())
    assert model.heads.bias.grad is not None
    assert model.heads.bias.grad.nonzero().flatten().tolist() == [1, 2, 3]
    parts = [*model.body.parameters(), *model.heads.parameters()]
    assert {id(p) for p in model.parameters()} == {id(p) for p in parts}


def test_a_head_that_reads_others_answers_otherwise_than_one_that_does_not() -> None:
    reading, alone = network(), network(replace(SHAPE, heads=(HeadShape(1), HeadShape(3), HeadShape(1))))
    alone.load_state_dict({name: value for name, value in reading.state_dict().items() if "readings" not in name})
    for k, (one, other) in enumerate(zip(reading(batch()), alone(batch()), strict=True)):
        assert torch.equal(one, other) == (k != 2)


@every_way
def test_saved_weights_fit_the_shape_that_was_saved_with_them(sharing: Sharing) -> None:
    given = shared_by(sharing)
    shape = NetworkShape.from_dict(json.loads(json.dumps(given.to_dict())))
    assert shape == given
    assert shape.sharing == sharing
    again = network(shape, seed=9)
    again.load_state_dict(network(given, seed=3).state_dict())
    for output, other in zip(again(batch()), network(given, seed=3)(batch()), strict=True):
        assert torch.equal(output, other)


@every_way
def test_a_network_moves_to_another_device_as_a_whole(sharing: Sharing) -> None:
    elsewhere = torch.device("meta")  # knows shapes and devices alone, and is on every machine
    model = network(shared_by(sharing)).to(elsewhere)
    assert shapes_of(model(batch().to(elsewhere))) == [(5, 1), (5, 3), (5, 1)]
    assert model.heads.columns(torch.ones(3, device=elsewhere)).shape == (5,)


def test_the_shape_follows_the_transforms_the_model_the_tasks_and_their_sharing() -> None:
    composed = TEXT.replace("cost: {kind: regression}", "cost: {kind: regression, composed_of: [ill, stage]}")
    study, table = spec(text=composed), patients()
    transforms = Transforms.fit(study.features, study.model, table)
    tasks = [fit_task(study, name, table[name]) for name in study.tasks]
    shape = NetworkShape.of(transforms, study.model, tasks, Mmoe(experts=2))
    assert shape.heads == (HeadShape(1, "binary"), HeadShape(3, "multiclass"), HeadShape(1, "regression", (0, 1)))
    assert (shape.trunk, shape.sharing) == (study.model.trunk, Mmoe(experts=2))
    inputs = transforms.apply(table)
    assert shape.parts["numeric"] == PlainShape(inputs.arrays["numeric"].shape[1])
    answers = network(shape)(to_batch(inputs))
    assert shapes_of(answers) == [(60, 1), (60, 3), (60, 1)]
    assert all(torch.isfinite(output).all() for output in answers)
    alone = NetworkShape.of(transforms, study.model, [tasks[2]])
    assert alone.heads == (HeadShape(1, "regression"),)
    some = NetworkShape.of(transforms, study.model, [tasks[2], tasks[1]])
    assert some.heads[0].reads == (1,)
