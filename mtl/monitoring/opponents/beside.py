"""What lies beside a version for whoever watches it: what it replaced, what it promised, what it predicted.

promise.json          what was promised of each task
predictions.json      what the candidate answered on the test side: how often which values
0, 1, …               the opponent of each task of the promise: the bundle of a network, or a stored method
SHA256SUMS            the manifest of these
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors import SafetensorError

from mtl.data.profile import Profile
from mtl.errors import MtlError
from mtl.jsonable import from_json, to_json
from mtl.monitoring.opponents.stored_method import METHOD, read_method
from mtl.monitoring.promise import Promise
from mtl.serving.bundle import Bundle, load_bundle, predictions_in
from mtl.tasks.task import Task

PROMISE, PREDICTIONS = "promise.json", "predictions.json"


class UnaskedError(MtlError):
    """An opponent that cannot be asked; the message is why."""


class Opponent(Protocol):
    """A model of one task, by its raw columns."""

    @property
    def task(self) -> Task:
        """What it predicts."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What it reads."""

    def predict(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """For each raw row, shaped as predictions of the task's kind are."""


@dataclass(frozen=True)
class NetworkOpponent:
    """A single-task network."""

    bundle: Bundle

    @property
    def task(self) -> Task:
        """Its only task."""
        return self.bundle.trained[0]

    @property
    def columns(self) -> tuple[str, ...]:
        """What it reads."""
        return tuple(column.name for column in self.bundle.columns)

    def predict(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """As any opponent."""
        return predictions_in(self.task, self.bundle.predict(table))


def write_about(folder: Path, promise: Promise, predictions: Profile) -> None:
    """Write what is no model."""
    (folder / PROMISE).write_text(to_json(promise), encoding="utf-8")
    (folder / PREDICTIONS).write_text(to_json(predictions), encoding="utf-8")


def read_about(folder: Path) -> tuple[Promise, Profile]:
    """The inverse. Raises MtlError where it cannot be read."""
    try:
        promise = from_json(Promise, (folder / PROMISE).read_bytes())
        return promise, from_json(Profile, (folder / PREDICTIONS).read_bytes())
    except (OSError, ValueError) as error:
        raise MtlError(f"'{folder}' holds no promise that can be read: {' '.join(str(error).split())}") from error


def opponent_of(folder: Path, promise: Promise, task: str) -> Opponent:
    """The model that a version replaced on a task.

    Raises:
        UnaskedError: it was not stored, or cannot be read.
    """
    if why := promise.stored.get(task):
        raise UnaskedError(f"what it replaced on {task} was not stored: {why}")
    place = folder / str([each.task for each in promise.tasks].index(task))
    try:
        return read_method(place) if (place / METHOD).exists() else NetworkOpponent(load_bundle(place))
    except (MtlError, OSError, ValueError, KeyError, TypeError, ImportError, SafetensorError) as error:
        reason = " ".join(str(error).split())
        raise UnaskedError(f"what it replaced on {task} cannot be read: {reason}") from error
