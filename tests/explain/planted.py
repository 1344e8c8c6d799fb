"""Tables in which one cause keeps the task `target` from being better with others, because it was planted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mtl.explanation.named_cause import CAPACITY, CONFLICT, LABELS, LUCK, NOISE, OVERFITTING

Array = NDArray[np.float64]
Model = Mapping[str, Any]

TARGET = "target"
PLAIN: Model = {"trunk": [32], "dropout": 0.1, "members": 1}
TRAINING: Model = {"epochs": 60, "patience": 4, "batch_size": 64, "learning_rate": 0.005}


@dataclass(frozen=True)
class Planted:
    """A table of features `x…` and labels, and what its study says of networks."""

    table: pd.DataFrame
    model: Model
    training: Model
    best_of: int = 1

    @property
    def tasks(self) -> list[str]:
        """The label columns."""
        return [name for name in self.table.columns if not name.startswith("x") and name != "id"]

    @property
    def features(self) -> list[str]:
        """The features."""
        return [name for name in self.table.columns if name.startswith("x")]


def _waves(features: Array, random: np.random.Generator, functions: int = 6, frequency: float = 1.0) -> Array:
    """A smooth random function of features, scaled to variance 1."""
    angles = features @ (frequency * random.standard_normal((features.shape[1], functions)))
    values = np.cos(angles + random.uniform(0, 2 * np.pi, functions)) @ random.standard_normal(functions)
    scaled: Array = (values - values.mean()) / values.std()
    return scaled


def _table(features: Array, **labels: Array) -> pd.DataFrame:
    columns = {f"x{j}": features[:, j] for j in range(features.shape[1])}
    return pd.DataFrame({"id": np.arange(len(features)), **columns, **labels})


def _noisy(signal: Array, noise: float, random: np.random.Generator) -> Array:
    mixed: Array = np.sqrt(1 - noise) * signal + np.sqrt(noise) * random.standard_normal(len(signal))
    return mixed


def conflict(random: np.random.Generator) -> Planted:
    """Others that nothing can be learned of, and that therefore have training stop before the target is learned."""
    x = random.standard_normal((600, 10))
    others = {f"other_{k}": random.standard_normal(len(x)) for k in range(12)}
    target = _noisy((x[:, 0] + x[:, 1]) / np.sqrt(2), 0.1, random)
    slow = {**TRAINING, "learning_rate": 0.001}
    return Planted(_table(x, target=target, **others), PLAIN, slow)


def capacity(random: np.random.Generator) -> Planted:
    """Four tasks that read different functions through a trunk of two units."""
    x = random.standard_normal((1200, 4))
    others = {f"other_{k}": _noisy(_waves(x[:, :2], random), 0.05, random) for k in range(3)}
    target = _noisy(_waves(x[:, 2:], random), 0.05, random)
    return Planted(_table(x, target=target, **others), {"trunk": [3], "dropout": 0.0, "members": 1}, TRAINING)


def labels(random: np.random.Generator) -> Planted:
    """A function of more variables than so few rows can tell, and little noise."""
    x = random.standard_normal((900, 4))
    other = _noisy(_waves(x, random), 0.05, random)
    wide = {**PLAIN, "trunk": [128]}
    return Planted(_table(x, target=_noisy(_waves(x, random), 0.05, random), other=other), wide, TRAINING)


def overfitting(random: np.random.Generator) -> Planted:
    """Far more features than tell anything, and a wide trunk without regularisation."""
    x = random.standard_normal((700, 100))
    target, other = (_noisy(x[:, 0] + 0.5 * x[:, 1], 0.5, random) for _ in range(2))
    loose = {"trunk": [128], "dropout": 0.0, "members": 1}
    return Planted(_table(x, target=target, other=other), loose, {**TRAINING, "l2": 0.0})


def noise(random: np.random.Generator) -> Planted:
    """Labels that the features say little of, and that little plainly."""
    x = random.standard_normal((3000, 3))
    target, other = (_noisy(x[:, 0], 0.9, random) for _ in range(2))
    return Planted(_table(x, target=target, other=other), PLAIN, TRAINING)


def luck(random: np.random.Generator) -> Planted:
    """Networks that differ by chance, and the best of many on validation as the candidate."""
    x = random.standard_normal((800, 3))
    target, other = (_noisy(np.sign(x[:, 0] * x[:, 1]), 0.3, random) for _ in range(2))
    jumpy = {**TRAINING, "learning_rate": 0.05, "epochs": 4, "patience": 4}
    return Planted(_table(x, target=target, other=other), {"trunk": [16], "dropout": 0.0, "members": 1}, jumpy, 16)


CAUSES: Mapping[str, Callable[[np.random.Generator], Planted]] = {
    CONFLICT: conflict,
    CAPACITY: capacity,
    LABELS: labels,
    OVERFITTING: overfitting,
    NOISE: noise,
    LUCK: luck,
}
