"""Texts: tokens of a vocabulary that follows the training side, each column with a text encoder of its own."""

import pandas as pd
import pytest
import torch

from mtl.extensions import TEXT_ENCODERS
from mtl.features.kinds.text import Text, TextShape
from mtl.features.text_encoder import TextEncoder
from mtl.features.tokens import PADDING, UNKNOWN
from mtl.spec import ModelSpec

LEARNED = [name for name, kind in TEXT_ENCODERS.items() if issubclass(kind, TextEncoder)]


def test_a_word_of_too_few_training_texts_is_unknown_and_no_text_is_padding() -> None:
    table = pd.DataFrame({"note": ["much pain", "pain", "rash", None, ""]})
    model = ModelSpec(max_tokens=3, min_document_frequency=2)
    transforms = Text.fit(("note",), table, model)
    assert transforms.apply(table).tolist() == [
        [UNKNOWN, 2, PADDING],
        [2, PADDING, PADDING],
        [UNKNOWN, PADDING, PADDING],
        [PADDING] * 3,
        [PADDING] * 3,
    ]
    assert transforms.shape(model) == TextShape("mean", (3,), 3, model.text_width)


@pytest.mark.parametrize("name", LEARNED)
def test_the_shape_follows_the_spec(name: str) -> None:
    model = ModelSpec(text_encoder=name, text_width=5, max_tokens=7, min_document_frequency=1)
    fitted = Text.fit(("title", "body"), pd.DataFrame({"title": ["a b"], "body": ["c"]}), model)
    assert fitted.shape(model) == TextShape(name, (4, 3), 7, 5)


@pytest.mark.parametrize("name", LEARNED)
def test_each_column_has_an_encoder_of_its_own(name: str) -> None:
    made = TextShape(name, (6, 4), 3, 5).build()
    tokens = torch.tensor([[2, 5, 0, 3, 0, 0], [2, 5, 0, 2, 3, 0]])
    encoded = made(tokens)
    assert encoded.shape == (2, made.width) == (2, 10)
    torch.testing.assert_close(encoded[0, :5], encoded[1, :5])
    torch.testing.assert_close(encoded[:, 5:], made.encoders[1](tokens[:, 3:]))
