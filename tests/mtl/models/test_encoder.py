"""What the encoder puts side by side: numbers as they are, an embedding per category, a text; and their gradients."""

import pytest
import torch
from torch import Tensor

from mtl.data.tokens import PADDING
from mtl.models.batch import Batch
from mtl.models.encoder import Encoder
from mtl.models.shape import NetworkShape
from mtl.spec.model_section import TextEncoder

NOTHING = torch.zeros(4, 0)
NO_CODES = NOTHING.long()


def encoder(numbers: int, *cardinalities: int) -> Encoder:
    return Encoder(NetworkShape(numbers, cardinalities, 0, (), (4,), 0.0, category_width=2, text_width=6))


def test_equal_codes_of_different_columns_are_different_categories() -> None:
    made = encoder(0, 4, 2)
    encoded = made(Batch(NOTHING, torch.tensor([[0, 0], [1, 1], [3, 0], [0, 1]]), NO_CODES))
    assert encoded.shape == (4, made.width) == (4, 4)
    assert made.categories is not None
    table = made.categories.weight
    assert len(table) == 6
    for row, expected in enumerate(((0, 4), (1, 5), (3, 4), (0, 5))):
        torch.testing.assert_close(encoded[row], torch.cat([table[code] for code in expected]))


def test_numbers_are_read_as_they_are() -> None:
    made, numbers = encoder(3), torch.randn(4, 3)
    assert torch.equal(made(Batch(numbers, NO_CODES, NO_CODES)), numbers)
    assert not list(made.parameters())


def test_numbers_stand_before_the_categories() -> None:
    made, numbers = encoder(1, 3), torch.randn(4, 1)
    encoded = made(Batch(numbers, torch.tensor([[2]] * 4), NO_CODES))
    assert made.categories is not None
    torch.testing.assert_close(encoded, torch.cat([numbers, made.categories.weight[[2] * 4]], dim=1))


def test_where_a_column_s_categories_begin_is_not_saved_with_the_weights() -> None:
    assert set(encoder(1, 4, 2).state_dict()) == {"categories.weight"}


TOKENS = torch.tensor([[3, 4, 3, 3], [5, PADDING, PADDING, PADDING], [PADDING] * 4, [4, 7, 2, PADDING]])
CODES = torch.tensor([[0, 0], [3, 1], [3, 0], [0, 0]])


def reading(codes: Tensor, tokens: Tensor) -> Batch:
    return Batch(torch.randn(len(codes), 3, generator=torch.Generator().manual_seed(0)), codes, tokens)


@pytest.mark.parametrize("text", [None, "mean", "lstm"])
@pytest.mark.parametrize("codes", [NO_CODES, CODES], ids=["no categories", "categories"])
def test_the_gradients_of_several_losses_are_autograd_s_for_the_rows_that_were_read(
    codes: Tensor, text: TextEncoder | None
) -> None:
    rows = reading(codes, NO_CODES if text is None else TOKENS)
    vocabulary, cardinalities = 0 if text is None else 9, (4, 2)[: codes.shape[1]]
    made = Encoder(NetworkShape(3, cardinalities, vocabulary, (), (4,), 0.0, 2, 6, text or "mean"))
    encoded, parameters = made(rows), list(made.parameters())
    towards = torch.randn(5, *encoded.shape, generator=torch.Generator().manual_seed(1))
    found = list(made.gradients(rows, encoded, towards))
    assert len(found) == len(parameters)
    for k, alone in enumerate(towards):
        if parameters:
            expected = torch.autograd.grad(encoded, parameters, alone, retain_graph=True)
            for one, other in zip(found, expected, strict=True):
                torch.testing.assert_close(learning(one[k]), learning(other))


def learning(gradient: Tensor) -> Tensor:
    """The rows that have a gradient."""
    return gradient[gradient.flatten(1).any(dim=1)] if gradient.dim() > 1 else gradient


@pytest.mark.parametrize("text", ["mean", "lstm"])
def test_a_batch_without_a_token_has_gradients_0(text: TextEncoder) -> None:
    rows = reading(NO_CODES, torch.full((4, 5), PADDING))
    made = Encoder(NetworkShape(3, (), 9, (), (4,), 0.0, 2, 6, text))
    encoded = made(rows)
    assert not any(gradient.any() for gradient in made.gradients(rows, encoded, torch.ones(2, *encoded.shape)))


def test_of_a_table_no_more_rows_than_were_read_have_a_gradient() -> None:
    made = Encoder(NetworkShape(3, (4, 2), 1000, (), (4,), 0.0, 2, 6))
    rows = reading(CODES, TOKENS)
    categories, text = made.gradients(rows, made(rows), torch.ones(5, 4, made.width))
    assert categories.shape == (5, 4, 2)
    assert text.shape == (5, 5, 6)
