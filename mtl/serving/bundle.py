"""A model bundle: weights, transforms and schema in one folder that predicts from raw columns. No pickle in it.

bundle.json           format, tasks, fitted features, network shape
weights.safetensors   the parameters of the network, those of auxiliary tasks' heads included: others may read them
example.parquet       a few input rows
profile.json          what training rows were like, for whoever asks what has moved since; bundles of before have none
files/                what a kind of features reads beside its fitted values, in a folder of its name; most have none
SHA256SUMS            the manifest of these; bundles of before have none
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from mtl.data.transforms import Transforms
from mtl.errors import MtlError
from mtl.features.cells import Cell
from mtl.manifest import is_intact, kept_folder
from mtl.models.network import MultiTaskNetwork
from mtl.models.predictions import predictions_of
from mtl.models.shape import NetworkShape
from mtl.provenance import folder_digest
from mtl.serving.old_bundles import UPGRADES
from mtl.storage import read_json, write_json
from mtl.tasks.kind import AnswerType, kind_named
from mtl.tasks.task import Task

FORMAT = 5
FILES = Path("files")
PROFILE = "profile.json"


@dataclass(frozen=True)
class InputColumn:
    """A column that a request must have; any of its values may be null."""

    name: str
    cell: Cell


@dataclass(frozen=True)
class OutputColumn:
    """A column of an answer."""

    name: str
    kind: AnswerType


@dataclass(frozen=True)
class OfRows:
    """What a bundle tells of rows: the columns that name one, and in JSON what those that were trained on were like."""

    key: tuple[str, ...] = ()
    profile: str = ""


@dataclass(frozen=True)
class Bundle:
    """A loaded bundle.

    Attributes:
        trained: the tasks, in the order of the network's heads.
        digest: sha256 of the folder's content.
        key: the columns that together name a row, which a request may have; none in bundles of before.
    """

    folder: Path
    trained: tuple[Task, ...]
    transforms: Transforms
    network: MultiTaskNetwork
    digest: str
    key: tuple[str, ...] = ()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The served tasks: those that are not auxiliary."""
        return tuple(task for task in self.trained if not task.auxiliary)

    @property
    def columns(self) -> tuple[InputColumn, ...]:
        """The columns that predictions are made from."""
        features = self.transforms.features.values()
        return tuple(InputColumn(name, feature.cell) for feature in features for name in feature.columns)

    @property
    def outputs(self) -> tuple[OutputColumn, ...]:
        """Each task by its name; for several classes the likeliest, then a probability per `<task>.<class>`."""
        return tuple(
            OutputColumn(name, kind)
            for task in self.tasks
            for name, kind in kind_named(task.kind).answer_types(task.name, task.classes).items()
        )

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules of its parts. Entries of catalogs are imported by name: no import statement shows them."""
        kinds = (kind_named(task.kind) for task in self.trained)
        features = self.transforms.features.values()
        values = (
            *kinds,
            *features,
            *self.network.modules(),
            *self.network.shape.parts.values(),
            self.network.shape.sharing,
        )
        return tuple(sorted({type(value).__module__ for value in values if type(value).__module__.startswith("mtl.")}))

    @property
    def packages(self) -> tuple[str, ...]:
        """Packages that it needs beside those of every model."""
        return tuple(sorted({name for feature in self.transforms.features.values() for name in feature.packages}))

    @cached_property
    def example(self) -> pd.DataFrame:
        """A few real input rows."""
        return pd.read_parquet(self.folder / "example.parquet")

    def predict(self, table: pd.DataFrame) -> pd.DataFrame:
        """Predict every served task for the rows of `table`; columns as in `outputs`, the index of `table`."""
        predictions = predictions_of(self.network, self.trained, self.transforms.apply(table))
        return to_answer(self.tasks, predictions).set_index(table.index)


def write_bundle(
    folder: Path,
    tasks: Sequence[Task],
    transforms: Transforms,
    shape: NetworkShape,
    weights: dict[str, Tensor],
    example: pd.DataFrame,
    rows: OfRows = OfRows(),
) -> None:
    """Write the bundle of a trained network, unless it is there intact.

    `tasks`: in the order of its heads.
    """
    described = {
        "format": FORMAT,
        "tasks": [task.to_dict() for task in tasks],
        "features": transforms.with_files(FILES).to_list(),
        "shape": shape.to_dict(),
        "key": list(rows.key),
    }
    if is_intact(folder):
        return
    with kept_folder(folder) as partial:
        write_json(partial / "bundle.json", described)
        save_file(weights, partial / "weights.safetensors")
        example.reset_index(drop=True).to_parquet(partial / "example.parquet")
        if rows.profile:
            (partial / PROFILE).write_text(rows.profile, encoding="utf-8")
        transforms.copy_files(partial / FILES)


def load_bundle(folder: Path) -> Bundle:
    """Load a bundle.

    Raises:
        MtlError: the folder holds no bundle of a format that this version reads.
    """
    try:
        return _read_bundle(folder)
    except _UNREADABLE as error:
        reason = " ".join(repr(error).split())  # a wrong shape is told in several lines
        raise MtlError(f"'{folder}' holds no readable model bundle: {reason}") from error


_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, SafetensorError)
"""What is raised on the way from a damaged folder to a network: lost files, other JSON, other weights."""


def _read_bundle(folder: Path) -> Bundle:
    described, weights = read_json(folder / "bundle.json"), load_file(folder / "weights.safetensors")
    while described["format"] in UPGRADES:
        described, weights = UPGRADES[described["format"]](described, weights)
    if described["format"] != FORMAT:
        known = ", ".join(map(str, (*UPGRADES, FORMAT)))
        raise MtlError(f"'{folder}' is a bundle of format {described['format']}; this version reads formats {known}")
    tasks = tuple(Task.from_dict(task) for task in described["tasks"])
    transforms = Transforms.from_list(described["features"]).with_files(folder / FILES)
    for feature in transforms.features.values():
        feature.read_files()
    shape = NetworkShape.from_dict(described["shape"])
    if list(transforms.features) != list(shape.parts):
        raise ValueError(f"features {', '.join(transforms.features)} for an encoder of {', '.join(shape.parts)}")
    network = MultiTaskNetwork(shape)
    network.load_state_dict(weights)
    key = tuple(described.get("key", ()))
    return Bundle(folder, tasks, transforms, network, folder_digest(folder), key)


def to_answer(tasks: Sequence[Task], predictions: Mapping[str, NDArray[np.float64]]) -> pd.DataFrame:
    """Predictions by task, units or probabilities, as the columns of an answer."""
    columns: dict[str, object] = {}
    for task in tasks:
        columns |= kind_named(task.kind).answer(task.name, task.classes, predictions[task.name])
    return pd.DataFrame(columns)


def predictions_in(task: Task, answer: pd.DataFrame) -> NDArray[np.float64]:
    """The predictions of a task out of an answer: units or probability of 1 [N], or probabilities [N, C]."""
    return kind_named(task.kind).prediction_in(task.name, task.classes, answer)
