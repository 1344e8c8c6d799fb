"""What a run left on disk: what was learned, history, predictions on validation."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor

from mtl.manifest import is_intact
from mtl.storage import read_json
from mtl.training.history import History

TASK = "task "
"""Before a task's name in an archive of arrays, whose writer has parameters of its own names, `file` among them."""

RESULT, HISTORY, WEIGHTS, PREDICTIONS = "result.json", "history.json", "weights.safetensors", "validation.npz"
"""The files of a run's folder."""

Status = Literal["finished", "failed", "pruned"]
"""Pruned: a trial that was stopped for being behind the others; it stands for nothing but itself."""


@dataclass(frozen=True)
class RunResult:
    """A run that was fitted.

    Attributes:
        reason: why a run failed or was pruned; empty otherwise.
        not_converged: why it is not known to be trained to its end, such as a cap on epochs that ended it; empty
            otherwise.
        seconds: wall time of training, start-up excluded; of a try that was interrupted what its last checkpoint kept.
        epochs: or other rounds of a fit: the trees of each class, the steps of a solver.
        best_epoch: zero-based; the epoch whose weights are kept.
        parameters: numbers that were learned.
        bytes: of the file that holds them.
        multiply_adds: of the matrix products behind one row's answers for all tasks.
        milliseconds_per_1000_rows: wall time of the predictions on validation.
        scores: final validation metrics by task and name.
        fitted_rows: rows of the training side that were fitted; None of a network, which is trained on all.
        labelled_rows: of which `fitted_rows` are all, or a uniform sample.
    """

    folder: Path
    status: Status
    reason: str
    not_converged: str
    seconds: float
    started: float
    epochs: int
    best_epoch: int
    parameters: int
    bytes: int
    multiply_adds: int
    milliseconds_per_1000_rows: float
    scores: Mapping[str, Mapping[str, float]]
    fitted_rows: int | None = None
    labelled_rows: int | None = None

    @classmethod
    def read(cls, folder: Path) -> "RunResult":
        """Read `result.json`."""
        return cls(folder=folder, **read_json(folder / RESULT))

    @property
    def converged(self) -> bool:
        """Whether nothing says that more rounds would have made it better."""
        return not self.not_converged

    @cached_property
    def history(self) -> History:
        """Values per epoch by name."""
        history: History = read_json(self.folder / HISTORY)
        return history

    @cached_property
    def predictions(self) -> dict[str, NDArray[np.float64]]:
        """Predictions on validation by task, for every row of the side."""
        with np.load(self.folder / PREDICTIONS) as arrays:
            return {name.removeprefix(TASK): array for name, array in arrays.items()}

    @property
    def weights(self) -> dict[str, Tensor]:
        """The kept parameters."""
        weights: dict[str, Tensor] = load_file(self.folder / WEIGHTS)
        return weights


def write_predictions(folder: Path, predictions: Mapping[str, NDArray[np.float64]]) -> None:
    """Write predictions on validation, by task, as `RunResult.predictions` reads them."""
    named = {TASK + name: array for name, array in predictions.items()}
    np.savez(folder / PREDICTIONS, **named)  # type: ignore[arg-type]  # arrays by name


class StoredRun:
    """What a plan knows of the folder that its result goes to.

    Attributes:
        folder: its name is the digest of all that the result follows from.
    """

    folder: Path

    @property
    def key(self) -> str:
        """The digest that names the run."""
        return self.folder.name

    @property
    def checkpoint(self) -> Path:
        """Where a network is saved between epochs, until it is done."""
        return self.folder.with_name(f"{self.key}.checkpoint")

    @property
    def is_fitted(self) -> bool:
        """Whether an earlier fit of the same plan left a result, and that is intact."""
        return is_intact(self.folder)

    @property
    def result(self) -> RunResult | None:
        """What an earlier fit of the same plan left, or None."""
        return RunResult.read(self.folder) if self.is_fitted else None
