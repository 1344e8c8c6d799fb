"""The encoder puts the parts of all kinds side by side, in order, and hands each its own share of the gradients."""

import pytest
import torch

from mtl.features.feature import PartShape
from mtl.features.tokens import PADDING
from mtl.models.batch import Batch
from mtl.models.encoder import Encoder
from tests.mtl.models.parts import batch_of, parts

NUMBERS = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
CODES = torch.tensor([[0, 0], [3, 1], [3, 0], [0, 0]])
TOKENS = torch.tensor([[3, 4, 3, 3], [5, PADDING, PADDING, PADDING], [PADDING] * 4, [4, 7, 2, PADDING]])
EVERYTHING = batch_of(NUMBERS, CODES, TOKENS)

COMBINATIONS = [
    parts(3),
    parts(0, (4, 2)),
    parts(3, (4, 2)),
    parts(3, (), 9),
    parts(3, (4, 2), 9, text_width=6),
    parts(3, (4, 2), 9, "lstm", text_width=6),
    parts(0, (), 9, "lstm"),
]


@pytest.mark.parametrize("shapes", COMBINATIONS)
def test_what_the_parts_give_stands_side_by_side_in_order(shapes: dict[str, PartShape]) -> None:
    made = Encoder(shapes)
    apart = [part(EVERYTHING.arrays[kind]) for kind, part in made.parts.items()]
    assert list(made.parts) == list(shapes)
    encoded = made(EVERYTHING)
    torch.testing.assert_close(encoded.features, torch.cat(apart, dim=1))
    assert encoded.read is encoded.features
    assert made.width == encoded.features.shape[1]


@pytest.mark.parametrize("shapes", COMBINATIONS)
def test_each_member_reads_the_features_through_signs_of_its_own(shapes: dict[str, PartShape]) -> None:
    made = Encoder(shapes, members=4)
    assert made.factors is not None
    assert set(made.factors.unique().tolist()) <= {-1.0, 1.0}
    encoded = made(EVERYTHING)
    for factor, read in zip(made.factors, encoded.read.chunk(4), strict=True):
        torch.testing.assert_close(read, encoded.features * factor)


@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize("shapes", COMBINATIONS)
@pytest.mark.parametrize("graph", [True, False])
def test_the_gradients_of_several_losses_are_autograd_s(
    shapes: dict[str, PartShape], graph: bool, members: int
) -> None:
    made = Encoder(shapes, members)
    encoded, parameters = made(EVERYTHING), list(made.parameters())
    towards = torch.randn(5, *encoded.read.shape, generator=torch.Generator().manual_seed(1))
    with torch.set_grad_enabled(graph):
        found = list(made.gradients(EVERYTHING, encoded, towards))
    assert len(found) == len(parameters)
    for k, alone in enumerate(towards if parameters else ()):
        expected = torch.autograd.grad(encoded.read, parameters, alone, retain_graph=True)
        for one, other in zip(found, expected, strict=True):
            read = other.flatten(1).any(dim=1) if other.dim() > 1 else torch.ones(len(other), dtype=torch.bool)
            torch.testing.assert_close(one[k][one[k].flatten(1).any(dim=1)] if other.dim() > 1 else one[k], other[read])


def test_a_kind_that_no_part_reads_is_left_alone() -> None:
    assert torch.equal(Encoder(parts(3))(Batch({**EVERYTHING.arrays, "picture": torch.zeros(4, 9)})).read, NUMBERS)


def test_where_a_column_s_categories_begin_is_not_saved_with_the_weights() -> None:
    assert set(Encoder(parts(1, (4, 2))).state_dict()) == {"parts.categorical.table.weight"}
