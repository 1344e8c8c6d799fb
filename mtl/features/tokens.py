"""Text to tokens: words, runs of ! and ?, emoticons, single punctuation marks."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

PADDING, UNKNOWN = 0, 1
"""Codes that no word has."""

_EMOTICON = r"[:;=8xX][-o*']?[()\[\]dDpP/\\|@3<>]+|[()\[\]dD/\\|]+[-o*']?[:;=]|<3+"
_TOKEN = re.compile(rf"{_EMOTICON}|[!?]+|\w+(?:['’]\w+)*|[^\w\s]")


def tokenize(text: str) -> list[str]:
    """The tokens of a text, words in lower case.

    >>> tokenize("Don't go!!! :-)")
    ["don't", 'go', '!!!', ':-)']
    """
    return [token.lower() if token[0].isalnum() else token for token in _TOKEN.findall(text)]


def build_vocabulary(texts: Iterable[str], min_document_frequency: int) -> tuple[str, ...]:
    """The tokens that occur in at least `min_document_frequency` texts, most frequent first, ties by name."""
    documents: Counter[str] = Counter()
    for text in texts:
        documents.update(set(tokenize(text)))
    kept = [(-count, token) for token, count in documents.items() if count >= min_document_frequency]
    return tuple(token for _, token in sorted(kept))


def encode_texts(texts: Sequence[str], codes: Mapping[str, int], max_tokens: int) -> NDArray[np.int32]:
    """Codes of the first `max_tokens` tokens of each text, shape [N, max_tokens], padded with `PADDING`."""
    encoded = np.full((len(texts), max_tokens), PADDING, dtype=np.int32)
    for row, text in enumerate(texts):
        tokens = tokenize(text)[:max_tokens]
        encoded[row, : len(tokens)] = [codes.get(token, UNKNOWN) for token in tokens]
    return encoded
