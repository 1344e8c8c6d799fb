"""Texts that hold an answer are told from those that are about it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_checks.telling_texts import told_by_text

RNG = np.random.default_rng(0)
ROWS = 1000
WORDS = np.array(["the", "room", "was", "clean", "and", "quiet", "but", "far", "away", "from", "all", "we", "saw"])
SOLD = pd.Series(RNG.integers(0, 2, ROWS))
PRICE = pd.Series(RNG.uniform(1, 1000, ROWS).round(2))


def texts(seed: int = 0) -> pd.Series:
    """Five words a row that have nothing to do with anything."""
    return pd.Series([" ".join(row) for row in np.random.default_rng(seed).choice(WORDS, (ROWS, 5))])


def test_a_mark_in_the_text_of_one_class_is_told() -> None:
    marked = texts().where(SOLD == 0, texts() + " SOLD")
    assert told_by_text(marked, SOLD) == "the word 'sold' tells class 1 in nearly every row"


def test_a_word_that_is_missing_from_one_class_alone_is_told_too() -> None:
    grade = pd.Series(RNG.choice(["low", "middle", "high"], ROWS))
    marked = texts().where(grade == "high", texts() + " rejected")
    assert told_by_text(marked, grade) == "the word 'rejected' tells class high in nearly every row"


def test_a_word_that_is_merely_likelier_is_not() -> None:
    hinted = texts().where((SOLD == 0) | (RNG.random(ROWS) < 0.2), texts() + " bargain")
    assert told_by_text(hinted, SOLD) == ""


@given(st.integers(0, 10_000))
def test_nor_is_any_word_by_chance(seed: int) -> None:
    assert told_by_text(texts(seed), pd.Series(np.random.default_rng(seed + 1).integers(0, 4, ROWS))) == ""


def test_the_number_of_the_label_in_the_text_is_told() -> None:
    named = texts() + PRICE.map(" for {:.2f} in 2023".format)
    assert told_by_text(named, PRICE) == "1000 of 1000 rows that were asked hold the label's number"
    assert told_by_text(named.where(RNG.random(ROWS) < 0.3, texts()), PRICE) == ""
    assert told_by_text(texts() + " for 100 in 2023", PRICE) == ""


@pytest.mark.parametrize("label", [pd.Series([None] * ROWS, dtype=object), pd.Series([1] * ROWS)], ids=["none", "one"])
def test_without_labels_that_differ_nothing_is_said(label: pd.Series) -> None:
    assert told_by_text(texts(), label) == ""


def test_missing_texts_and_labels_are_left_out() -> None:
    label = SOLD.astype(object).where(np.arange(ROWS) % 3 > 0, None)
    marked = texts().where(SOLD == 0, texts() + " refunded").astype(object).where(np.arange(ROWS) % 5 > 0, None)
    assert told_by_text(marked, label) == "the word 'refunded' tells class 1 in nearly every row"
    assert told_by_text(pd.Series([""] * ROWS), SOLD) == ""
