"""LightGBM's trees in its own words, a text of numbers."""

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Self

import numpy as np
from numpy.typing import NDArray

from mtl.baselines.fitted_estimator import Estimator
from mtl.monitoring.opponents.plain_design import Arrays

FloatArray = NDArray[np.float64]

TEXT, CLASSES = "text", "classes"


@dataclass(frozen=True, eq=False)
class StoredBooster:
    """A booster with the interface of an estimator.

    Attributes:
        arrays: `text`, the bytes of the model as LightGBM writes it, uint8; `classes`, those that training rows have,
            empty where labels are numbers.
    """

    arrays: Arrays

    @classmethod
    def of(cls, model: Estimator, rounds: int) -> Self:
        """The first rounds of an LGBMRegressor or LGBMClassifier."""
        text = model.booster_.model_to_string(num_iteration=rounds).encode()
        classes = np.asarray(getattr(model, "classes_", np.zeros(0)), dtype=np.float64)
        return cls({TEXT: np.frombuffer(text, dtype=np.uint8), CLASSES: classes})

    @property
    def classes_(self) -> FloatArray:
        """The indices of the classes that training rows have."""
        return self.arrays[CLASSES]

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Numbers, [n]."""
        return np.asarray(self._booster.predict(inputs, num_threads=1), dtype=np.float64)

    def predict_proba(self, inputs: FloatArray) -> FloatArray:
        """Probabilities of the classes that training rows have, [n, C]."""
        found = self.predict(inputs)
        return found if found.ndim == 2 else np.stack([1.0 - found, found], axis=1)

    @cached_property
    def _booster(self) -> Estimator:
        return import_module("lightgbm").Booster(model_str=self.arrays[TEXT].tobytes().decode())
