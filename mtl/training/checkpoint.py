"""Everything that a run is between two epochs, on disk: a run that was killed goes on to the same bytes.

That is the network and its best weights, the optimiser, the scheme's state, the order of the data, dropout's random
numbers, and the history. Loading executes nothing: tensors and plain values alone are read (`weights_only`).
"""

import os
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch

from mtl.weighting.scheme import FloatArray, State

FORMAT = 3


def save_checkpoint(file: Path, state: Mapping[str, Any]) -> None:
    """Write tensors and plain values, all at once: a reader finds the last whole epoch."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}-{os.getpid()}")
    torch.save({"format": FORMAT, **state}, partial)
    partial.replace(file)


def read_checkpoint(file: Path) -> dict[str, Any] | None:
    """What `save_checkpoint` wrote; None where there is nothing that this version can read."""
    if not file.exists():
        return None
    try:
        state: dict[str, Any] = torch.load(file, weights_only=True)
    except (OSError, RuntimeError, EOFError, UnpicklingError):
        return None
    return state if state.get("format") == FORMAT else None


def scheme_tensors(state: State) -> dict[str, torch.Tensor]:
    """A scheme's state as tensors, bit for bit."""
    return {name: torch.from_numpy(np.array(array)) for name, array in state.items()}


def scheme_arrays(tensors: Mapping[str, torch.Tensor]) -> dict[str, FloatArray]:
    """The inverse of `scheme_tensors`."""
    return {name: tensor.numpy() for name, tensor in tensors.items()}
