"""Texts as the vectors of a frozen sentence encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mtl.features.sentence_encoder import identity, read_encoder
from mtl.features.vector_cache import vectors_kept
from mtl.provenance import digest_of


@dataclass(frozen=True)
class SentenceVectors:
    """A sentence encoder by its files and what they are.

    Attributes:
        folder: of its files.
        digest: their `identity`: other files of the same name are refused.
        width: of a vector.
    """

    folder: Path
    digest: str
    width: int

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Those of a folder's encoder.

        Raises:
            MtlError: there is none that this program can compute.
        """
        digest = identity(folder)
        return cls(folder, digest, read_encoder(folder, digest).width)

    def vectors(self, texts: Sequence[str], max_tokens: int, kept: Path | None) -> NDArray[np.float32]:
        """float32 [N, width], √width times the encoder's vectors: those of length 1 have entries of about 1.

        `kept`: a folder that holds and gets the vectors of texts, for the next time.

        Raises:
            MtlError: the files are not there, or not those that were there when this was fitted.
        """
        encoder = read_encoder(self.folder, self.digest)
        if kept is None:
            vectors = encoder.encode(texts, max_tokens)
        else:
            ours = kept / digest_of(self.digest, max_tokens)[:32]
            vectors = vectors_kept(texts, ours, lambda new: encoder.encode(new, max_tokens))
        return vectors * np.float32(self.width**0.5)
