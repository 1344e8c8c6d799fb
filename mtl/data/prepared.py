"""The study's arrays on disk, under the digest of everything that they follow from."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.data.frame import Frame
from mtl.data.row_weights import weights_of
from mtl.data.side_files import SideFiles
from mtl.data.splits import SIDES, Split, split_rows
from mtl.data.stored_table import AnyTable, between, in_chunks, rows_at
from mtl.data.transforms import Transforms
from mtl.data.units import require_whole_groups, units_of
from mtl.errors import SpecError
from mtl.extensions import FEATURES
from mtl.features.inputs import Inputs
from mtl.manifest import is_intact, kept_folder
from mtl.provenance import digest_of, source_digest
from mtl.spec import Spec
from mtl.storage import read_json, write_json
from mtl.tasks.fit_task import fit_task
from mtl.tasks.task import Task, encode_labels


@dataclass(frozen=True)
class Side:
    """One side of the study.

    Attributes:
        inputs: the encoder's inputs, N rows.
        labels: float64 [N, K] in the spec's order of tasks, NaN where missing.
        units: int64 [N], the code of the row's independent unit.
        rows: int64 [N], the row's position in the frame.
        weights: float64 [N], what a training row counts for, 1 on average; None where all count alike.
    """

    inputs: Inputs
    labels: NDArray[np.float64]
    units: NDArray[np.int64]
    rows: NDArray[np.int64]
    weights: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        """N."""
        return len(self.labels)

    def of_tasks(self, positions: Sequence[int]) -> "Side":
        """The same rows with the label columns at `positions` alone."""
        return replace(self, labels=self.labels[:, list(positions)])


@dataclass(frozen=True)
class Prepared:
    """A folder of arrays and the digest that names it. The test side is opened by the comparison alone."""

    path: Path
    digest: str

    @cached_property
    def transforms(self) -> Transforms:
        """The feature transforms, fitted on the training side."""
        return Transforms.from_list(read_json(self.path / "transforms.json"))

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks, fitted on the training side, in the spec's order."""
        return tuple(Task.from_dict(plain) for plain in read_json(self.path / "tasks.json"))

    def side(self, name: str) -> Side:
        """The arrays of a side, memory-mapped; what is written to them stays in memory."""
        folder = self.path / name
        inputs = {kind: _mapped(folder / f"{kind}.npy") for kind in self.transforms.features}
        labels, units, rows = (_mapped(folder / OF_ROWS / f"{array}.npy") for array in ("labels", "units", "rows"))
        weights = folder / OF_ROWS / WEIGHTS
        return Side(Inputs(inputs), labels, units, rows, _mapped(weights) if weights.exists() else None)


OF_ROWS, WEIGHTS = "of_rows", "weights.npy"
"""The folder of what a side knows of its rows beside the encoder's inputs, whose arrays have the names of kinds."""


KEPT = "kept"
"""The folder beside the arrays of all studies for what took long to compute and may be used again."""


def _mapped(file: Path) -> NDArray[Any]:
    array: NDArray[Any] = np.load(file, mmap_mode="c")
    return array


CODE = ("mtl.data", "mtl.features", "mtl.tasks", "mtl.spec", "mtl.names", "mtl.catalog", "mtl.extensions")
"""What makes the arrays, spec to file."""


def prepared_digest(spec: Spec, frame: Frame) -> str:
    """What the arrays follow from: the rows, the parts of the spec that shape them, and the code that makes them."""
    return digest_of(
        frame.digest,
        spec.features.by_kind,
        # Their order is the columns'; what a run starts from is no matter of the arrays that it reads.
        [(name, task.model_dump(mode="json", exclude={"pretrained_on"})) for name, task in spec.tasks.items()],
        spec.split.model_dump(mode="json"),
        spec.data.key,
        spec.unit_column,
        spec.training.sample_weight,
        _settings(spec),
        source_digest(*CODE),
    )


def _settings(spec: Spec) -> dict[str, object]:
    try:
        return {kind: FEATURES.get(kind).settings(spec.model) for kind in spec.features.by_kind}
    except SpecError as error:
        raise SpecError(f"{spec.place('model', 'text_encoder')}: {error}") from error


def known_arrays(spec: Spec, frame: Frame, folder: Path) -> Prepared | None:
    """What an earlier study prepared of the same rows, or None."""
    digest = prepared_digest(spec, frame)
    return Prepared(folder / digest, digest) if is_intact(folder / digest) else None


def prepare(spec: Spec, frame: Frame, folder: Path) -> Prepared:
    """Split the rows, fit the transforms on the training side and write all arrays, unless intact ones are there.

    Raises:
        DataError: the rows cannot be split, groups are of several units, a training row has no weight, or a task cannot
            be fitted on the training side.
    """
    digest = prepared_digest(spec, frame)
    prepared = Prepared(folder / digest, digest)
    if not is_intact(prepared.path):
        table, split = frame.by_need, split_rows(spec, frame.by_need)
        require_whole_groups(spec, table)
        weights = weights_of(spec, table, split.train)
        training = rows_at(table, split.train)
        transforms = Transforms.fit(spec.features, spec.model, training)
        tasks = [fit_task(spec, name, training[spec.label(name)]) for name in spec.tasks]
        with kept_folder(prepared.path) as partial:
            write_json(partial / "transforms.json", transforms.to_list())
            write_json(partial / "tasks.json", [task.to_dict() for task in tasks])
            _write_arrays(partial, spec, table, split, (transforms, tasks, folder / KEPT))
            if weights is not None:
                np.save(partial / SIDES[0] / OF_ROWS / WEIGHTS, weights)
    return prepared


def _write_arrays(
    folder: Path,
    spec: Spec,
    table: AnyTable,
    split: Split,
    fitted: tuple[Transforms, Sequence[Task], Path],
) -> None:
    """The arrays of all sides; of a table that is not in memory, some rows at a time."""
    columns = tuple(dict.fromkeys((*spec.features.columns, *(spec.label(task) for task in spec.tasks))))
    with ExitStack() as files:
        written = {side: files.enter_context(SideFiles(folder / side, len(split.rows(side)))) for side in SIDES}
        for start, rows in in_chunks(table, columns):
            for side, side_files in written.items():
                part = rows.iloc[between(split.rows(side), start, start + len(rows)) - start]
                if len(part) or not start:  # the first chunk gives the arrays their types, whatever is in it
                    side_files.append(_arrays_of(spec, part, *fitted))
    for side in SIDES:
        rows_of_side = split.rows(side)
        np.save(folder / side / OF_ROWS / "units.npy", units_of(spec, rows_at(table, rows_of_side)))
        np.save(folder / side / OF_ROWS / "rows.npy", rows_of_side)


def _arrays_of(
    spec: Spec, part: pd.DataFrame, transforms: Transforms, tasks: Sequence[Task], kept: Path
) -> dict[str, NDArray[Any]]:
    """By the name of their file, of some rows of a side."""
    labels = np.column_stack([encode_labels(task, part[spec.label(task.name)]) for task in tasks])
    return {**transforms.apply(part, kept).arrays, f"{OF_ROWS}/labels": labels}
