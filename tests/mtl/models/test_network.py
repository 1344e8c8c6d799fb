"""The shared network: what its parts read, what they share, and what its seed decides."""

import json

import numpy as np
import pytest
import torch
from torch import Tensor

from mtl.data.transforms import Inputs, Transforms
from mtl.models.batch import Batch, to_batch
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import NetworkShape
from mtl.tasks.task import fit_task
from tests.mtl.data.patients import patients, spec

SHAPE = NetworkShape(
    numeric_width=3,
    cardinalities=(4, 2),
    vocabulary_size=9,
    head_widths=(1, 3, 1),
    trunk=(7, 5),
    dropout=0.5,
    category_width=2,
    text_width=6,
)


def network(shape: NetworkShape = SHAPE, seed: int = 0) -> MultiTaskNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return MultiTaskNetwork(shape).eval()


def batch(rows: int = 5) -> Batch:
    draw = torch.Generator().manual_seed(1)
    return Batch(
        torch.randn(rows, 3, generator=draw),
        torch.stack([torch.randint(size, (rows,), generator=draw) for size in SHAPE.cardinalities], dim=1),
        torch.randint(1, 9, (rows, 4), generator=draw),
    )


def changed(**fields: object) -> NetworkShape:
    return NetworkShape.from_dict({**SHAPE.to_dict(), **fields})


def trunk_of(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value for name, value in weights.items() if not name.startswith("heads.")}


def test_every_head_answers_for_every_row() -> None:
    assert [output.shape for output in network()(batch())] == [(5, 1), (5, 3), (5, 1)]
    assert network().represent(batch()).shape == (5, 5)
    assert [output.shape for output in network()(batch(0))] == [(0, 1), (0, 3), (0, 1)]


@pytest.mark.parametrize(
    ("shape", "empty"),
    [
        (changed(numeric_width=0), "numeric"),
        (changed(cardinalities=()), "codes"),
        (changed(vocabulary_size=0), "tokens"),
        (changed(numeric_width=0, cardinalities=()), "numeric codes"),
        (changed(cardinalities=(), vocabulary_size=0), "codes tokens"),
    ],
)
def test_a_study_may_lack_any_kind_of_feature(shape: NetworkShape, empty: str) -> None:
    full = batch()._asdict()
    given = Batch(**{name: full[name][:, :0] if name in empty else full[name] for name in full})
    answers = network(shape)(given)
    assert [output.shape for output in answers] == [(5, 1), (5, 3), (5, 1)]


def test_equal_codes_of_different_columns_are_different_categories() -> None:
    encoder = network(changed(numeric_width=0, vocabulary_size=0)).encoder
    nothing = torch.zeros(4, 0)
    codes = torch.tensor([[0, 0], [1, 1], [3, 0], [0, 1]])
    encoded = encoder(Batch(nothing, codes, nothing.long()))
    assert encoded.shape == (4, encoder.width) == (4, 4)
    table = encoder.categories
    assert table is not None
    assert table.num_embeddings == 6
    torch.testing.assert_close(encoded[1], torch.cat([table.weight[1], table.weight[5]]))
    torch.testing.assert_close(encoded[2], torch.cat([table.weight[3], table.weight[4]]))


def test_each_row_is_predicted_on_its_own() -> None:
    order = torch.tensor([3, 1, 4])
    for output, part in zip(network()(batch()), network()(batch().rows(order)), strict=True):
        torch.testing.assert_close(output[order], part)


def test_a_seed_decides_every_weight() -> None:
    one, same, other = (network(seed=seed).state_dict() for seed in (3, 3, 4))
    for name, value in one.items():
        assert torch.equal(value, same[name])
        assert not torch.equal(value, other[name])


@pytest.mark.parametrize("heads", [(1,), (3,), (1, 1, 1, 1, 1)])
def test_the_trunk_starts_the_same_for_one_task_and_for_many(heads: tuple[int, ...]) -> None:
    together = trunk_of(network(seed=3).state_dict())
    alone = trunk_of(network(changed(head_widths=heads), seed=3).state_dict())
    assert together.keys() == alone.keys()
    assert all(torch.equal(value, alone[name]) for name, value in together.items())


def test_the_gradient_of_one_task_reaches_the_shared_parameters_and_its_own_head_alone() -> None:
    model = network()
    model(batch())[1].sum().backward()
    assert all(parameter.grad is not None and parameter.grad.any() for parameter in model.shared_parameters())
    reached = [any(parameter.grad is not None for parameter in head.parameters()) for head in model.heads]
    assert reached == [False, True, False]
    heads = [parameter for head in model.heads for parameter in head.parameters()]
    assert {id(p) for p in model.parameters()} == {id(p) for p in [*model.shared_parameters(), *heads]}


def test_the_last_shared_layer_is_what_the_heads_read() -> None:
    last = network().last_shared_layer()
    assert (last.in_features, last.out_features) == SHAPE.trunk


def test_dropout_is_for_training_alone() -> None:
    model = network()
    assert torch.equal(model.represent(batch()), model.represent(batch()))
    model.train()
    assert not torch.equal(model.represent(batch()), model.represent(batch()))


def test_saved_weights_fit_the_shape_that_was_saved_with_them() -> None:
    shape = NetworkShape.from_dict(json.loads(json.dumps(SHAPE.to_dict())))
    assert shape == SHAPE
    again = network(shape, seed=9)
    again.load_state_dict(network(seed=3).state_dict())
    for output, other in zip(again(batch()), network(seed=3)(batch()), strict=True):
        assert torch.equal(output, other)


def test_the_shape_follows_the_transforms_the_model_and_the_tasks() -> None:
    study, table = spec(), patients()
    transforms = Transforms.fit(study.features, study.model, table)
    tasks = [fit_task(study, name, table[name]) for name in study.tasks]
    shape = NetworkShape.of(transforms, study.model, tasks)
    assert shape.head_widths == (1, 3, 1)
    assert shape.trunk == study.model.trunk
    inputs = transforms.apply(table)
    assert shape.numeric_width == inputs.numeric.shape[1]
    outputs = network(shape)(to_batch(inputs))
    assert [output.shape for output in outputs] == [(60, 1), (60, 3), (60, 1)]
    assert all(torch.isfinite(output).all() for output in outputs)


def test_a_batch_is_a_copy_in_the_types_that_torch_looks_up() -> None:
    inputs = Inputs(np.ones((2, 1), np.float32), np.ones((2, 1), np.int32), np.ones((2, 3), np.int32))
    inputs.numeric.flags.writeable = False
    made = to_batch(inputs)
    assert [part.dtype for part in made] == [torch.float32, torch.int64, torch.int64]
    made.numeric[0] = 5.0
    assert inputs.numeric[0] == 1.0
