"""Texts that hold the answer: a word that stands where the label is so and nowhere else, the label's own number."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from data_checks.near_labels import MOST_CLASSES, NEARLY
from mtl.features.tokens import tokenize
from mtl.names import read_numbers

MOST_WORDS = 1000
"""Words that are asked: the most frequent."""

RARE = 0.01
"""Share of the rows in which a word, or a class, must be, so that nothing is said by chance."""

HALF = 0.5
"""Share of the rows from which on a text that holds the label's number is told of."""

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def told_by_text(texts: pd.Series, label: pd.Series) -> str:
    """What in the texts tells the label, in words; nothing where nothing does.

    A word tells a class where its presence and the class's have a squared correlation of .95 or more.

    Args:
        texts: of some rows.
        label: of the same rows, as it came.
    """
    known = (texts.notna() & label.notna()).to_numpy()
    words, answers = texts[known].astype(str), label[known]
    if not len(words):
        return ""
    if types.is_numeric_dtype(answers.dtype) and answers.nunique() > MOST_CLASSES:
        return _told_by_number(words, answers)
    return _told_by_word(words, answers) if 1 < answers.nunique() <= MOST_CLASSES else ""


def _told_by_number(texts: pd.Series, label: pd.Series) -> str:
    held = sum(value in _numbers(text) for text, value in zip(texts, read_numbers(label), strict=True))
    return f"{held} of {len(texts)} rows that were asked hold the label's number" * (held >= HALF * len(texts))


def _numbers(text: str) -> set[float]:
    return {float(found) for found in NUMBER.findall(text)}


def _told_by_word(texts: pd.Series, label: pd.Series) -> str:
    held = [frozenset(tokenize(text)) for text in texts]
    words = list(_frequent(held))
    if not words:
        return ""
    codes, names = pd.factorize(label)
    classes = np.eye(len(names))[codes]
    common = np.flatnonzero((classes.mean(axis=0) >= RARE) & (classes.mean(axis=0) < 1))
    present = np.array([[word in row for word in words] for row in held], dtype=np.float64)
    told = _squared_correlations(present, classes[:, common])
    word, known = np.unravel_index(int(told.argmax()), told.shape) if told.size else (0, 0)
    if not told.size or told[word, known] < NEARLY:
        return ""
    return f"the word {words[word]!r} tells class {names[common[known]]} in nearly every row"


def _frequent(held: Sequence[frozenset[str]]) -> Iterator[str]:
    counts = Counter(word for row in held for word in row)
    for word, count in counts.most_common(MOST_WORDS):
        if RARE * len(held) <= count < len(held):
            yield word


def _squared_correlations(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each column of one matrix with each of the other, [A, B]; none is constant."""
    centred = [each - each.mean(axis=0) for each in (one, other)]
    lengths = [np.sqrt((each**2).sum(axis=0)) for each in centred]
    correlations: NDArray[np.float64] = (centred[0].T @ centred[1]) / np.outer(*lengths)
    return correlations**2
