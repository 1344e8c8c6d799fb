"""The tables that the benchmark asks about: generated ones, tables that scikit-learn carries, the shipped examples.

Nothing here is any study's locked test side: of an example, the rows of its own test side are left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets

from mtl import examples
from mtl.data.splits import split_rows
from mtl.examples.related_tasks import LabelKind, RelatedTasks
from mtl.extensions import EXAMPLES
from mtl.spec import load_spec
from tests.mtl.examples.cache import shared_cache

MOST_ROWS = 3000
"""Of an example; more are sampled."""

RELATEDNESS = (1.0, 0.0, 0.5, 0.25, 0.75)
"""The ends first: a benchmark that is stopped early has them."""


ENOUGH = (
    *("mixed_1.00", "rare_1.00", "mixed_0.00", "rare_0.00", "diabetes", "breast_cancer"),
    *("metabolic", "health", "mixed_0.50", "wine", "reviews", "flights"),
)
"""Asked about unless others are named: some of each kind, in less than two hours on two cores."""


@dataclass(frozen=True)
class Described:
    """Rows and what a spec says about them beside the split and the settings."""

    rows: pd.DataFrame
    spec: Mapping[str, Any]


@dataclass(frozen=True)
class BenchTable:
    """A table by name.

    Attributes:
        relatedness: as planted; None where nobody knows.
    """

    name: str
    describe: Callable[[], Described]
    relatedness: float | None = None


def tables() -> dict[str, BenchTable]:
    """All, in the order in which they are asked: each kind of table early."""
    generated = [each for r in RELATEDNESS for each in (_generated("mixed", r, MIXED), _generated("rare", r, RARE))]
    carried = [BenchTable(call.__name__, call) for call in (diabetes, breast_cancer, wine, digits)]
    shipped = [BenchTable(name, partial(_example, name)) for name in ("metabolic", "health", "reviews", "flights")]
    listed = [*generated[:4], *carried[:2], *shipped[:2], *generated[4:], *carried[2:], *shipped[2:]]
    return {table.name: table for table in listed}


MIXED: dict[str, Any] = {
    "kinds": ("regression", "binary", "multiclass", "regression", "binary"),
    "rows": 1500,
    "noise": 0.2,
    "frequency": 0.6,
}
"""All labels are there; three kinds of them."""

RARE: dict[str, Any] = {
    "kinds": ("binary",) * 6,
    "rows": 4000,
    "noise": 0.1,
    "rarest": 0.15,
    "missing": 0.7,
    "frequency": 0.5,
}
"""Few labels, and few of them are positive."""


def _generated(name: str, relatedness: float, others: dict[str, Any]) -> BenchTable:
    tasks = RelatedTasks(relatedness=relatedness, **others)
    kinds: dict[str, LabelKind] = dict(zip(tasks.tasks, tasks.kinds, strict=True))
    return BenchTable(
        f"{name}_{relatedness:.2f}",
        lambda: _described(tasks.draw(seed=1).drop(columns="id"), tasks.features, kinds),
        relatedness,
    )


def diabetes() -> Described:
    """Progression after a year, and three measurements of the first day, from the other seven."""
    rows = datasets.load_diabetes(as_frame=True, scaled=False).frame
    return _described(rows, *_apart(rows, dict.fromkeys(("target", "bmi", "bp", "s5"), "regression")))


def breast_cancer() -> Described:
    """Malignant or not, and the worst cell's texture, smoothness and symmetry, from means and errors over all cells."""
    rows = datasets.load_breast_cancer(as_frame=True).frame
    worst = ["worst texture", "worst smoothness", "worst symmetry"]
    kept = rows[[name for name in rows if not name.startswith("worst") or name in worst]]
    return _described(kept, *_apart(kept, {"target": "binary"} | dict.fromkeys(worst, "regression")))


def wine() -> Described:
    """The cultivar, and three measurements of the wine, from the other ten."""
    rows = datasets.load_wine(as_frame=True).frame
    rows["target"] = rows["target"].map(dict(enumerate("ABC")))
    measured = dict.fromkeys(("alcohol", "proline", "color_intensity"), "regression")
    return _described(rows, *_apart(rows, {"target": "multiclass"} | measured))


def digits() -> Described:
    """Which digit was written, whether it is even, above four, and has a closed loop."""
    rows = datasets.load_digits(as_frame=True).frame
    pixels, digit = tuple(rows.columns.drop("target")), rows["target"]
    rows["digit"] = digit.map(str)
    rows["even"], rows["above_four"] = (digit % 2 == 0).astype(float), (digit > 4).astype(float)
    rows["loop"] = digit.isin([0, 6, 8, 9]).astype(float)
    kinds = {"digit": "multiclass", "even": "binary", "above_four": "binary", "loop": "binary"}
    return _described(rows, pixels, kinds)


def _apart(rows: pd.DataFrame, kinds: Mapping[str, str]) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """The columns that are no labels, and the kinds of those that are."""
    return tuple(str(name) for name in rows if name not in kinds), kinds


def _described(rows: pd.DataFrame, numeric: tuple[str, ...], kinds: Mapping[str, str]) -> Described:
    named = {task.replace(" ", "_"): {"kind": kind, "label": task} for task, kind in kinds.items()}
    features = {"numeric": list(numeric)}
    return Described(rows.assign(row=np.arange(len(rows))), {"key": ["row"], "features": features, "tasks": named})


def _example(name: str) -> Described:
    """An example's rows but for its own test side, with default settings in place of those that were chosen for it."""
    spec = load_spec(name, examples.specs())
    table = EXAMPLES.get(spec.data.source.place)().read(shared_cache())
    split = split_rows(spec, table)
    rows = table.iloc[np.sort(np.concatenate([split.train, split.validation]))]
    rows = rows.sample(min(len(rows), MOST_ROWS), random_state=0)
    said = {
        "key": list(spec.data.key),
        "features": {kind: list(columns) for kind, columns in spec.features.by_kind.items()},
        "tasks": {task: one.model_dump(mode="json", exclude_unset=True) for task, one in spec.tasks.items()},
        "group": getattr(spec.split, "column", None) or spec.unit_column,
    }
    return Described(rows[list(spec.columns)], said)
