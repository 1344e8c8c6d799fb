"""A network in NumPy gives what PyTorch gives, whatever of it can be in NumPy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from mtl.features.inputs import Inputs
from mtl.features.kinds.categorical import CategoryShape
from mtl.features.kinds.text import TextShape
from mtl.features.plain import PlainShape
from mtl.models.batch import StoredRows
from mtl.models.network import MultiTaskNetwork
from mtl.models.plain_network import plain_network
from mtl.models.predictions import outputs_of
from mtl.models.shape import HeadShape, NetworkShape
from mtl.models.sharing.soft import Soft
from mtl.tasks.kind import kind_named
from tests.mtl.evaluation.cases import lightly

NUMBERS, CATEGORIES = PlainShape(3), CategoryShape((4, 3), 2)
HEADS = (HeadShape(1, "binary"), HeadShape(3, "multiclass"), HeadShape(1, "regression", reads=(0, 1)))


def network(shape: NetworkShape, seed: int = 0) -> MultiTaskNetwork:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return MultiTaskNetwork(shape).eval()


def arrays(rows: int, seed: int) -> dict[str, NDArray[Any]]:
    draw = np.random.default_rng(seed)
    codes = np.column_stack([draw.integers(4, size=rows), draw.integers(3, size=rows)]).astype(np.int32)
    return {"numeric": draw.standard_normal((rows, 3)).astype(np.float32), "categorical": codes}


def linked(outputs: NDArray[np.float32], heads: Sequence[HeadShape], members: int) -> list[NDArray[np.float64]]:
    """Means over members of each task's predictions."""
    ends = np.cumsum([head.width for head in heads])
    found = []
    for head, end in zip(heads, ends, strict=True):
        link = kind_named(head.kind).link_array(outputs[:, end - head.width : end].astype(np.float64))
        found.append(link.reshape(members, -1, head.width).mean(axis=0))
    return found


@lightly
@given(
    members=st.integers(1, 3),
    rows=st.integers(1, 5),
    seed=st.integers(0, 99),
    trunk=st.lists(st.integers(1, 9), min_size=1),
)
def test_the_predictions_are_those_of_the_network(members: int, rows: int, seed: int, trunk: list[int]) -> None:
    shape = NetworkShape({"numeric": NUMBERS, "categorical": CATEGORIES}, HEADS, tuple(trunk[:3]), members=members)
    torch_network, inputs = network(shape, seed), arrays(rows, seed)
    plain = plain_network(torch_network)
    assert plain is not None
    expected = outputs_of(torch_network, StoredRows(Inputs(inputs)))
    for head, found, output in zip(HEADS, linked(plain(inputs), HEADS, members), expected, strict=True):
        np.testing.assert_allclose(found, kind_named(head.kind).link(output.double()).numpy(), rtol=1e-6, atol=1e-6)


def test_a_change_of_the_network_afterwards_is_none_of_the_copy() -> None:
    torch_network, inputs = network(NetworkShape({"numeric": NUMBERS}, HEADS[:2], (4,))), arrays(2, 0)
    plain = plain_network(torch_network)
    assert plain is not None
    before = plain(inputs)
    with torch.no_grad():
        for parameter in torch_network.parameters():
            parameter.add_(1.0)
    np.testing.assert_array_equal(plain(inputs), before)


@pytest.mark.parametrize(
    "shape",
    [
        NetworkShape({"numeric": NUMBERS}, HEADS, (4,), sharing=Soft()),
        NetworkShape({"text": TextShape("mean", (5,), 4, 2)}, HEADS, (4,)),
    ],
)
def test_other_ways_of_sharing_and_texts_are_left_to_pytorch(shape: NetworkShape) -> None:
    assert plain_network(network(shape)) is None
