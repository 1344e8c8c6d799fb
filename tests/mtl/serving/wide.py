"""The model that serving is measured with: 30 numbers to 6 tasks through two layers of 128, as it was drawn."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch

from mtl.data.transforms import Transforms
from mtl.models.network import MultiTaskNetwork
from mtl.models.shape import NetworkShape
from mtl.serving.bundle import write_bundle
from mtl.spec import FeaturesSpec, ModelSpec
from mtl.tasks.task import Task

NAMES = tuple(f"x{k}" for k in range(30))
TASKS = tuple(
    Task(f"task_{k}", "regression", "mse", "r2", False, 10.0 * k, 2.0, (), 1.0)
    if k % 2
    else Task(f"task_{k}", "binary", "bce", "roc_auc", False, 0.0, 1.0, (), 0.7)
    for k in range(6)
)


def rows(count: int, seed: int = 0) -> pd.DataFrame:
    """Rows of standard normal numbers, of which a hundredth is missing."""
    draw = np.random.default_rng(seed)
    numbers = draw.standard_normal((count, len(NAMES)))
    return pd.DataFrame(np.where(draw.uniform(size=numbers.shape) < 0.01, np.nan, numbers), columns=list(NAMES))


def bundle(folder: Path, seed: int = 0, members: int = 1) -> Path:
    """Write a bundle whose weights follow from `seed`."""
    model = ModelSpec(trunk=(128, 128), members=members)
    transforms = Transforms.fit(FeaturesSpec({"numeric": NAMES}), model, rows(500))
    shape = NetworkShape.of(transforms, model, TASKS)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        weights = MultiTaskNetwork(shape).state_dict()
    write_bundle(folder, TASKS, transforms, shape, weights, rows(4, seed=1))
    return folder
