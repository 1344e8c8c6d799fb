"""Texts as weights of words and of pairs of words."""

import numpy as np
import pytest

from mtl.baselines.design.word_weights import WordWeights


def texts(*values: str) -> np.typing.NDArray[np.object_]:
    return np.array(values, dtype=object)


def test_words_and_pairs_that_two_texts_share_are_weighed() -> None:
    weights = WordWeights()
    fitted = weights.fit(texts("so good !!!", "So good", "once"))
    assert fitted.shape == (3, 3), "so, good, so good"
    assert np.diff(fitted.indptr).tolist() == [3, 3, 0]


def test_what_people_mark_their_mood_with_counts_as_words() -> None:
    weights = WordWeights()
    assert weights.fit(texts("ok :-)", "fine :-)", "what !!!", "no !!!")).shape == (4, 2)


def test_a_rare_word_weighs_more_than_a_frequent_one() -> None:
    weights = WordWeights()
    fitted = weights.fit(texts("rare often", "often rare", "often", "often", "often")).toarray()
    assert fitted.shape == (5, 2), "a pair stands once in each order"
    often = int(np.argmax((fitted > 0).sum(axis=0)))
    assert fitted[0, 1 - often] > fitted[0, often]


def test_unknown_words_and_no_words_weigh_nothing() -> None:
    weights = WordWeights()
    weights.fit(texts("good film", "good film"))
    later = weights.weigh(texts("", "never heard", "good"))
    assert later.shape == (3, 3)
    assert np.diff(later.indptr).tolist() == [0, 0, 1]


@pytest.mark.parametrize("training", [("", ""), ("one", "other"), ("",)])
def test_training_texts_that_share_no_word_give_no_column(training: tuple[str, ...]) -> None:
    weights = WordWeights()
    assert weights.fit(texts(*training)).shape == (len(training), 0)
    assert weights.weigh(texts("one", "more")).shape == (2, 0)
