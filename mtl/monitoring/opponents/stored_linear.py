"""Ridge and logistic regression as arrays, and what they predict."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from mtl.baselines.design.matrix import Matrix
from mtl.baselines.fitted_estimator import Estimator
from mtl.monitoring.opponents.plain_design import Arrays

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StoredLinear:
    """A linear model with the interface of an estimator.

    Attributes:
        arrays: `weights` [K, D] and `intercepts` [K], of which two classes have one row; `classes`, those that training
            rows have, empty where labels are numbers.
    """

    arrays: Arrays

    @classmethod
    def of(cls, model: Estimator) -> Self:
        """A Ridge or LogisticRegression."""
        classes = np.asarray(getattr(model, "classes_", np.zeros(0)), dtype=np.float64)
        weights = np.atleast_2d(model.coef_).astype(np.float64)
        intercepts = np.broadcast_to(np.ravel(model.intercept_), len(weights)).astype(np.float64)
        return cls({"weights": weights, "intercepts": intercepts, "classes": classes})

    @property
    def classes_(self) -> FloatArray:
        """The indices of the classes that training rows have."""
        return self.arrays["classes"]

    def predict(self, inputs: Matrix) -> FloatArray:
        """Numbers, [n]."""
        return self._sums(inputs)[:, 0]

    def predict_proba(self, inputs: Matrix) -> FloatArray:
        """Probabilities of the classes that training rows have, [n, C]."""
        sums = self._sums(inputs)
        if sums.shape[1] > 1:
            return np.asarray(softmax(sums, axis=1), dtype=np.float64)
        second = expit(sums[:, 0])
        return np.stack([1.0 - second, second], axis=1)

    def _sums(self, inputs: Matrix) -> FloatArray:
        return np.asarray(inputs @ self.arrays["weights"].T + self.arrays["intercepts"], dtype=np.float64)
