"""Real bundles, small: fitted transforms, a seeded network that was never trained, three tasks of different kinds."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from mtl.data.transforms import Transforms
from mtl.features.kinds.numeric import Numeric
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import NetworkShape
from mtl.serving.bundle import write_bundle
from mtl.spec import FeaturesSpec, ModelSpec
from mtl.tasks.task import Task

FEATURES = FeaturesSpec({"numeric": ("age", "weight"), "categorical": ("city",), "text": "note"})
MODEL = ModelSpec(trunk=(4,), category_width=2, text_width=3, max_tokens=8, min_document_frequency=1)
TASKS = (
    Task("ill", "binary", "bce", "roc_auc", False, 0.0, 1.0, (), 0.7),
    Task("stage", "multiclass", "cross_entropy", "accuracy", False, 0.0, 1.0, ("early", "late", "none"), 1.1),
    Task("cost", "regression", "mse", "r2", False, 100.0, 25.0, (), 1.0),
)
OUTPUTS = ("ill", "stage", "stage.early", "stage.late", "stage.none", "cost")


def rows(count: int = 12) -> pd.DataFrame:
    """Input rows with missing values in every column."""
    draw = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "age": draw.uniform(20, 80, count),
            "weight": draw.uniform(50, 100, count),
            "city": draw.choice(["Aden", "Bonn", "Cork"], count).astype(object),
            "note": draw.choice(["feels well", "in much pain", "tired and in pain"], count).astype(object),
        }
    )
    for position, column in enumerate(table.columns):
        table.loc[position, column] = None
    return table


def bundle(folder: Path, seed: int = 0, scale: float | None = None) -> Path:
    """Write a bundle whose weights follow from `seed`; two seeds predict differently.

    `scale`: of its numbers, which then have no limit.
    """
    transforms = Transforms.fit(FEATURES, MODEL, rows())
    if scale is not None:
        numeric = transforms.features["numeric"]
        assert isinstance(numeric, Numeric)
        scaled = replace(numeric, fitted=tuple(replace(column, scale=scale, limit=None) for column in numeric.fitted))
        transforms = Transforms({**transforms.features, "numeric": scaled})
    shape = NetworkShape.of(transforms, MODEL, TASKS)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        weights = MultiTaskNetwork(shape).state_dict()
    write_bundle(folder, TASKS, transforms, shape, weights, rows().head(4))
    return folder
