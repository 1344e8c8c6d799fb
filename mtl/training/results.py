"""What a run left on disk: weights, history, predictions on validation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from mtl.storage import read_json
from mtl.training.history import History

TASK = "task "
"""Before a task's name in an archive of arrays, whose writer has parameters of its own names, `file` among them."""

Status = Literal["finished", "failed"]


@dataclass(frozen=True)
class RunResult:
    """A run that was fitted.

    Attributes:
        reason: why a failed run failed; empty otherwise.
        seconds: wall time of training, start-up and earlier interrupted tries excluded.
        best_epoch: zero-based; the epoch whose weights are kept.
        converged: whether validation stopped improving before the cap on epochs.
        parameters: numbers that were learned.
        multiply_adds: of the matrix products behind one row's answers for all tasks.
        milliseconds_per_1000_rows: wall time of the predictions on validation.
        scores: final validation metrics by task and name.
    """

    folder: Path
    status: Status
    reason: str
    seconds: float
    started: float
    epochs: int
    best_epoch: int
    converged: bool
    parameters: int
    multiply_adds: int
    milliseconds_per_1000_rows: float
    scores: Mapping[str, Mapping[str, float]]

    @classmethod
    def read(cls, folder: Path) -> "RunResult":
        """Read `result.json`."""
        return cls(folder=folder, **read_json(folder / "result.json"))

    @cached_property
    def history(self) -> History:
        """Values per epoch by name."""
        history: History = read_json(self.folder / "history.json")
        return history

    @cached_property
    def predictions(self) -> dict[str, NDArray[np.float64]]:
        """Predictions on validation by task, for every row of the side."""
        with np.load(self.folder / "validation.npz") as arrays:
            return {name.removeprefix(TASK): array for name, array in arrays.items()}

    @property
    def weights(self) -> dict[str, Tensor]:
        """The kept parameters."""
        weights: dict[str, Tensor] = load_file(self.folder / "weights.safetensors")
        return weights
