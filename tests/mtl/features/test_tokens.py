"""Text to tokens and codes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.features.tokens import PADDING, UNKNOWN, build_vocabulary, encode_texts, tokenize
from tests.mtl.evaluation.cases import lightly

WORDS = st.lists(st.sampled_from(["good", "bad", "!!", ":)", "Film"]), max_size=6).map(" ".join)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" \t\n", []),
        ("Good GOOD good", ["good", "good", "good"]),
        ("Wait... what?!", ["wait", ".", ".", ".", "what", "?!"]),
        ("well-made, 10/10", ["well", "-", "made", ",", "10", "/", "10"]),
        ("it's o'clock l’amour", ["it's", "o'clock", "l’amour"]),
        ("great :-) not :( <3", ["great", ":-)", "not", ":(", "<3"]),
        ("Größe ÉTÉ 映画", ["größe", "été", "映画"]),
        ("🙂🙂 ok", ["🙂", "🙂", "ok"]),
    ],
)
def test_words_exclamations_emoticons_and_marks_are_tokens(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens


@lightly
@given(st.text())
def test_nothing_but_white_space_is_lost(text: str) -> None:
    tokens = tokenize(text)
    assert "".join(tokens).casefold() == "".join(text.split()).casefold()
    assert all(token and not any(character.isspace() for character in token) for token in tokens)


@lightly
@given(st.text(), st.text())
def test_white_space_separates(one: str, other: str) -> None:
    assert tokenize(f"{one} {other}") == tokenize(one) + tokenize(other)


def test_a_vocabulary_counts_texts_and_not_occurrences() -> None:
    texts = ["good good good", "bad film", "bad actor", "film", "film"]
    assert build_vocabulary(texts, 2) == ("film", "bad")
    assert build_vocabulary(texts, 1) == ("film", "bad", "actor", "good")
    assert build_vocabulary(texts, 4) == ()


@lightly
@given(st.lists(WORDS, max_size=6), st.randoms(use_true_random=False), st.integers(1, 3))
def test_a_vocabulary_does_not_depend_on_the_order_of_texts(texts: list[str], order: object, frequency: int) -> None:
    shuffled = list(texts)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert build_vocabulary(shuffled, frequency) == build_vocabulary(texts, frequency)


def test_known_tokens_have_their_code_unknown_ones_1_and_the_rest_is_padding() -> None:
    codes = {"good": 2, "!!": 3}
    encoded = encode_texts(["Good film!!", "", "good " * 9], codes, 4)
    assert encoded.tolist() == [[2, UNKNOWN, 3, PADDING], [PADDING] * 4, [2, 2, 2, 2]]
    assert encoded.dtype == np.int32


@lightly
@given(st.lists(WORDS, max_size=4), st.integers(1, 8))
def test_codes_decode_to_the_first_tokens(texts: list[str], max_tokens: int) -> None:
    vocabulary = build_vocabulary(texts, 1)
    names = dict(enumerate(vocabulary, start=2))
    encoded = encode_texts(texts, {token: code for code, token in names.items()}, max_tokens)
    assert encoded.shape == (len(texts), max_tokens)
    decoded = [[names[code] for code in row if code != PADDING] for row in encoded.tolist()]
    assert decoded == [tokenize(text)[:max_tokens] for text in texts]
