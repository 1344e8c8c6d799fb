"""Vectors of texts that were computed before, on disk: files that are added, named by the sha256 of their content."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mtl.manifest import is_intact_file, sha256_of
from mtl.storage import partial_file

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def vectors_kept(texts: Sequence[str], folder: Path, encode: Encode) -> NDArray[np.float32]:
    """`encode(texts)`, [N, D]; what is not in `folder` intact is computed, each text once, and added to it.

    `folder` belongs to one encoder and its settings.
    """
    known = _read(folder)
    keys = [_key(text) for text in texts]
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if new:
        vectors = encode(list(new.values()))
        _add(folder, list(new), vectors)
        known |= dict(zip(new, vectors, strict=True))
    return np.stack([known[key] for key in keys]) if keys else encode([])


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _read(folder: Path) -> dict[bytes, NDArray[np.float32]]:
    known: dict[bytes, NDArray[np.float32]] = {}
    for file in sorted(folder.glob("*.npz")):
        if is_intact_file(file, file.stem):
            with np.load(file) as arrays:
                known |= dict(zip(map(bytes, arrays["keys"]), arrays["vectors"], strict=True))
    return known


def _add(folder: Path, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
    with partial_file(folder / "vectors.npz") as partial:
        with partial.open("wb") as file:
            np.savez(file, keys=np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(len(keys), -1), vectors=vectors)
        partial.replace(folder / f"{sha256_of(partial)}.npz")
