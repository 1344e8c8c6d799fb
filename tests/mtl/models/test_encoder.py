"""What the encoder puts side by side: numbers as they are, and an embedding per category."""

import torch

from mtl.models.batch import Batch
from mtl.models.encoder import Encoder
from mtl.models.shape import NetworkShape

NOTHING = torch.zeros(4, 0)


def encoder(numbers: int, *cardinalities: int) -> Encoder:
    return Encoder(NetworkShape(numbers, cardinalities, 0, (), (4,), 0.0, category_width=2, text_width=6))


def test_equal_codes_of_different_columns_are_different_categories() -> None:
    made = encoder(0, 4, 2)
    encoded = made(Batch(NOTHING, torch.tensor([[0, 0], [1, 1], [3, 0], [0, 1]]), NOTHING.long()))
    assert encoded.shape == (4, made.width) == (4, 4)
    assert made.categories is not None
    table = made.categories.weight
    assert len(table) == 6
    for row, expected in enumerate(((0, 4), (1, 5), (3, 4), (0, 5))):
        torch.testing.assert_close(encoded[row], torch.cat([table[code] for code in expected]))


def test_numbers_are_read_as_they_are() -> None:
    made, numbers = encoder(3), torch.randn(4, 3)
    assert torch.equal(made(Batch(numbers, NOTHING.long(), NOTHING.long())), numbers)
    assert not list(made.parameters())


def test_numbers_stand_before_the_categories() -> None:
    made, numbers = encoder(1, 3), torch.randn(4, 1)
    encoded = made(Batch(numbers, torch.tensor([[2]] * 4), NOTHING.long()))
    assert made.categories is not None
    torch.testing.assert_close(encoded, torch.cat([numbers, made.categories.weight[[2] * 4]], dim=1))


def test_where_a_column_s_categories_begin_is_not_saved_with_the_weights() -> None:
    assert set(encoder(1, 4, 2).state_dict()) == {"categories.weight"}
