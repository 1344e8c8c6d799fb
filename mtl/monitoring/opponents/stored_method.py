"""A fitted baseline that is no network in a folder: JSON and arrays, no pickle.

method.json           which form, the task, the fitted features, the design's parts
arrays.safetensors    their arrays
files/                what a kind of features reads beside its fitted values, as in a bundle
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, Ridge

from mtl.baselines.baseline import Predictor
from mtl.baselines.design.design_rows import design_rows
from mtl.baselines.design.for_linear import linear_design
from mtl.baselines.design.for_trees import tree_design
from mtl.baselines.design.matrix import Design
from mtl.baselines.fit_method import shaped
from mtl.baselines.fitted_estimator import FittedEstimator
from mtl.data.prepared import Side
from mtl.data.transforms import Transforms
from mtl.errors import MtlError
from mtl.monitoring.opponents.plain_design import Arrays, plain_design, restored_design
from mtl.monitoring.opponents.stored_booster import StoredBooster
from mtl.monitoring.opponents.stored_linear import StoredLinear
from mtl.monitoring.opponents.stored_trees import StoredTrees
from mtl.storage import read_json, write_json
from mtl.tasks.kind import kind_named
from mtl.tasks.task import Task

METHOD, ARRAYS, FILES, FORMAT = "method.json", "arrays.safetensors", Path("files"), 1

Model: TypeAlias = StoredTrees | StoredLinear | StoredBooster

FORMS: Mapping[str, tuple[Callable[[Arrays], Model], Callable[[], Design]]] = {
    "trees": (StoredTrees, tree_design),
    "linear": (StoredLinear, linear_design),
    "booster": (StoredBooster, tree_design),
}
"""What reads the arrays, and the design that it reads, by name."""

OF_MODEL = "model."
"""What the names of the model's arrays begin with; those of the design are numbers."""


@dataclass(frozen=True, eq=False)
class StoredMethod:
    """A baseline that was read again.

    Attributes:
        task: the one that it predicts.
        columns: those that it reads.
    """

    task: Task
    transforms: Transforms
    fitted: FittedEstimator

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return tuple(column for feature in self.transforms.features.values() for column in feature.columns)

    def predict(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """For each raw row, shaped as predictions of the task's kind are."""
        inputs, rows = self.transforms.apply(table), len(table)
        side = Side(inputs, np.zeros((rows, 0)), np.arange(rows), np.arange(rows))
        return shaped(self.task, self.fitted.predict(design_rows(self.transforms, side, table)))


def write_method(folder: Path, task: Task, transforms: Transforms, predictor: Predictor) -> None:
    """Fill an empty folder.

    Raises:
        MtlError: a baseline of a kind that has no such form.
    """
    form, model = _form(predictor)
    assert isinstance(predictor, FittedEstimator)
    arrays: Arrays = {}
    described = {
        "format": FORMAT,
        "form": form,
        "task": task.to_dict(),
        "features": transforms.with_files(FILES).to_list(),
        "design": plain_design(predictor.design, arrays),
        "fitted": [predictor.rounds, predictor.parameters, predictor.not_converged],
    }
    save_file(
        arrays | {OF_MODEL + name: np.ascontiguousarray(each) for name, each in model.arrays.items()}, folder / ARRAYS
    )
    write_json(folder / METHOD, described)
    transforms.copy_files(folder / FILES)


def read_method(folder: Path) -> StoredMethod:
    """What `write_method` wrote.

    Raises:
        MtlError: another format.
        OSError, KeyError, ValueError: it is damaged.
    """
    described, stored = read_json(folder / METHOD), load_file(folder / ARRAYS)
    if described["format"] != FORMAT:
        raise MtlError(f"'{folder}' is of format {described['format']}; this version reads {FORMAT}")
    task = Task.from_dict(described["task"])
    transforms = Transforms.from_list(described["features"]).with_files(folder / FILES)
    for feature in transforms.features.values():
        feature.read_files()
    model_of, design_of = FORMS[described["form"]]
    model = model_of({name.removeprefix(OF_MODEL): each for name, each in stored.items() if name.startswith(OF_MODEL)})
    design = restored_design(design_of(), described["design"], stored)
    classes = kind_named(task.kind).num_classes(task.classes)
    return StoredMethod(task, transforms, FittedEstimator(design, model, classes, *described["fitted"]))


def _form(predictor: Predictor) -> tuple[str, Model]:
    model = predictor.model if isinstance(predictor, FittedEstimator) else None
    match model:
        case HistGradientBoostingClassifier() | HistGradientBoostingRegressor():
            return "trees", StoredTrees.of(model, predictor.rounds)
        case Ridge() | LogisticRegression():
            return "linear", StoredLinear.of(model)
    if hasattr(model, "booster_"):
        return "booster", StoredBooster.of(model, predictor.rounds)
    raise MtlError(f"a {type(model or predictor).__name__} cannot be stored without pickle")
