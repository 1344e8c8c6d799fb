"""Everything that a run is between two epochs, on disk: a run that was killed goes on to the same bytes.

That is the network and its best weights, the optimiser, the scheme's state, the order of the data, dropout's random
numbers, and the history. Loading executes nothing: tensors and plain values alone are read (`weights_only`).
"""

import io
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch

from mtl.manifest import set_aside
from mtl.storage import partial_file
from mtl.weighting.scheme import FloatArray, State

FORMAT = 5

DIGEST_BYTES = sha256().digest_size
"""A checkpoint begins with the sha256 of the rest."""


def save_checkpoint(file: Path, state: Mapping[str, Any]) -> None:
    """Write tensors and plain values, all at once: a reader finds the last whole epoch."""
    content = io.BytesIO()
    torch.save({"format": FORMAT, **state}, content)
    with partial_file(file) as partial:
        partial.write_bytes(sha256(content.getbuffer()).digest() + content.getbuffer())
        partial.replace(file)


def read_checkpoint(file: Path) -> dict[str, Any] | None:
    """What `save_checkpoint` wrote; None where there is nothing, or what has changed since, which is set aside."""
    if not file.exists():
        return None
    stored = memoryview(file.read_bytes())
    if sha256(stored[DIGEST_BYTES:]).digest() != stored[:DIGEST_BYTES]:
        set_aside(file)
        return None
    state: dict[str, Any] = torch.load(io.BytesIO(stored[DIGEST_BYTES:]), weights_only=True)
    return state if state.get("format") == FORMAT else None


def scheme_tensors(state: State) -> dict[str, torch.Tensor]:
    """A scheme's state as tensors, bit for bit."""
    return {name: torch.from_numpy(np.array(array)) for name, array in state.items()}


def scheme_arrays(tensors: Mapping[str, torch.Tensor]) -> dict[str, FloatArray]:
    """The inverse of `scheme_tensors`."""
    return {name: tensor.numpy() for name, tensor in tensors.items()}
