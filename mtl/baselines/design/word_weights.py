"""Texts as weights of their words and pairs of words."""

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
