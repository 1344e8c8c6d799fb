"""Texts as weights of their words and pairs of words."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from mtl.features.tokens import tokenize

MIN_TEXTS = 2
"""Training texts that a word or a pair must occur in."""


class WordWeights:
    """TF-IDF of words and pairs of neighbours, with 1 + log of a word's count; each text has length 1."""

    def __init__(self) -> None:
        self._vectorizer = TfidfVectorizer(
            tokenizer=tokenize,
            token_pattern=None,
            lowercase=False,
            ngram_range=(1, 2),
            min_df=MIN_TEXTS,
            sublinear_tf=True,
        )
        self._empty = False

    @classmethod
    def known(cls, words: Sequence[str], rarity: NDArray[np.float64]) -> Self:
        """As `fit` made them: words and pairs in the order of their columns, and the weight that rarity gives each."""
        weights = cls()
        weights._empty = not words
        if words:
            weights._vectorizer.set_params(vocabulary={word: column for column, word in enumerate(words)})
            weights._vectorizer.idf_ = rarity
        return weights

    @property
    def words(self) -> list[str]:
        """Known words and pairs, in the order of their columns."""
        return [] if self._empty else self._vectorizer.get_feature_names_out().tolist()

    @property
    def rarity(self) -> NDArray[np.float64]:
        """The inverse document frequency of each of them."""
        return np.zeros(0) if self._empty else np.asarray(self._vectorizer.idf_, dtype=np.float64)

    def fit(self, texts: NDArray[np.object_]) -> csr_matrix:
        """Learn the words of training texts, and give their weights, [N, words]."""
        try:
            return self._vectorizer.fit_transform(texts)
        except ValueError:  # no word occurs in two texts, or there is no word
            self._empty = True
            return self.weigh(texts)

    def weigh(self, texts: NDArray[np.object_]) -> csr_matrix:
        """The weights of known words, [N, words]."""
        return csr_matrix((len(texts), 0)) if self._empty else self._vectorizer.transform(texts)
