"""A sentence encoder out of a folder: tokens, BERT's states, and their mean, of length 1 if the folder says so."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mtl.errors import MtlError
from mtl.features.bert import Bert, read_bert
from mtl.provenance import files_digest

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FILES = ("config.json", "model.safetensors", "tokenizer.json", "modules.json")
POOLING = "1_Pooling/config.json"
MOST_TOKENS = 1024
"""In a batch, padding included. Larger ones are no faster on a core, and a tenth of it is a fifth slower."""

NEED_TOKENIZERS = "a pretrained text encoder needs the package tokenizers: pip install 'mtl-pipeline[text]'"


@dataclass(frozen=True)
class SentenceEncoder:
    """Texts to vectors.

    Attributes:
        normalised: whether a vector's length is made 1.
    """

    tokenizer: "Tokenizer"
    bert: Bert
    normalised: bool

    @property
    def width(self) -> int:
        """Of a vector."""
        return self.bert.sizes.hidden_size

    def encode(self, texts: Sequence[str], max_tokens: int) -> NDArray[np.float32]:
        """float32 [N, width] from the first `max_tokens` tokens of each text; 0 for a text without any.

        A text's vector does not depend on the others: they are batched with those of about their length, and what pads
        a batch is never attended to.
        """
        tokens = self._tokens(texts, max_tokens)
        vectors = np.zeros((len(texts), self.width), dtype=np.float32)

        def fill(rows: NDArray[np.int64]) -> None:
            vectors[rows] = self._vectors([tokens[row] for row in rows]).numpy()

        # A batch for each core: cores that share one wait for each other at every small matrix.
        with ThreadPoolExecutor(len(os.sched_getaffinity(0)), initializer=torch.set_num_threads, initargs=(1,)) as pool:
            list(pool.map(fill, _batches([len(codes) for codes in tokens])))
        return vectors

    def _tokens(self, texts: Sequence[str], max_tokens: int) -> list[list[int]]:
        """Codes of each text, with the marks of its start and end around them; none for a text without any."""
        marks = self.tokenizer.num_special_tokens_to_add(is_pair=False)
        most = min(max_tokens + marks, self.bert.sizes.max_position_embeddings)
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(most)
        encodings = self.tokenizer.encode_batch_fast(list(texts))
        return [encoding.ids if len(encoding.ids) > marks else [] for encoding in encodings]

    def _vectors(self, tokens: Sequence[Sequence[int]]) -> Tensor:
        lengths = torch.tensor([len(codes) for codes in tokens])
        padded = torch.zeros(len(tokens), int(lengths.max()), dtype=torch.int64)
        for row, codes in enumerate(tokens):
            padded[row, : len(codes)] = torch.tensor(codes)
        states = self.bert(padded, lengths)
        is_text = (torch.arange(padded.shape[1]) < lengths.unsqueeze(1)).unsqueeze(2)
        means = (states * is_text).sum(dim=1) / lengths.unsqueeze(1)
        return functional.normalize(means, dim=1) if self.normalised else means


def files_of(folder: Path) -> dict[str, Path]:
    """The files by which a folder encodes, by their names below it.

    Raises:
        MtlError: one is missing.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise MtlError(f"'{folder}' is no folder of a sentence encoder: it has no {', '.join(missing)}")
    names = (*FILES, POOLING) if (folder / POOLING).is_file() else FILES
    return {name: folder / name for name in names}


def identity(folder: Path) -> str:
    """The sha256 of the files by which a folder encodes.

    Raises:
        MtlError: one is missing.
    """
    return files_digest(folder, files_of(folder).values())


@lru_cache(maxsize=2)
def read_encoder(folder: Path, expected: str) -> SentenceEncoder:
    """The encoder of a folder, read once in a process.

    Raises:
        MtlError: the folder has no encoder, one that this program cannot compute, or another than `expected`, an
            `identity`.
    """
    if identity(folder) != expected:
        raise MtlError(f"'{folder}' is not the sentence encoder that the model was fitted with; restore its files")
    try:
        return SentenceEncoder(_tokenizer(folder), read_bert(folder), _is_normalised(folder))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MtlError(f"'{folder}' holds no sentence encoder that can be read: {error}") from error


def _tokenizer(folder: Path) -> "Tokenizer":
    try:
        tokenizers = import_module("tokenizers")  # an extra, which few need
    except ImportError:
        raise MtlError(NEED_TOKENIZERS) from None
    try:
        tokenizer: Tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # what it raises is a bare Exception
        raise ValueError(f"tokenizer.json cannot be read: {error}") from error
    return tokenizer


def _is_normalised(folder: Path) -> bool:
    """Whether modules.json ends in a normalisation; it may ask for the mean and for nothing else."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    types = [str(module["type"]).rpartition(".")[2] for module in modules]
    if types not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise ValueError(f"modules.json: expected Transformer, Pooling and maybe Normalize; got {', '.join(types)}")
    if (folder / POOLING).is_file():
        pooling = json.loads((folder / POOLING).read_text(encoding="utf-8"))
        chosen = [key for key, value in pooling.items() if key.startswith("pooling_mode") and value is True]
        if chosen != ["pooling_mode_mean_tokens"]:
            raise ValueError(f"{POOLING}: expected pooling_mode_mean_tokens; got {', '.join(chosen) or 'none'}")
    return types[-1] == "Normalize"


def _batches(lengths: Sequence[int]) -> list[NDArray[np.int64]]:
    """Rows of about equal lengths, the longest first, as many as `MOST_TOKENS` allow; rows of length 0 are in none."""
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    order, batches = order[: np.count_nonzero(lengths)], []
    while len(order):
        size = max(1, MOST_TOKENS // lengths[order[0]])
        batches.append(order[:size])
        order = order[size:]
    return batches
