"""A fitted model with scikit-learn's `predict` and `predict_proba`, and the matrix that it reads."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtl.baselines.baseline import Predictor
from mtl.baselines.design.design_rows import DesignRows
from mtl.baselines.design.matrix import Design, Matrix

Estimator: TypeAlias = Any
"""A model of scikit-learn or with its interface, which has no types."""


class FittedEstimator(Predictor):
    """Such a model."""

    def __init__(
        self,
        design: Design,
        model: Estimator,
        num_classes: int,
        rounds: int = 1,
        parameters: int = 0,
        not_converged: str = "",
    ) -> None:
        """`num_classes`: C, 0 where labels are numbers. The others are the attributes of a `Predictor`."""
        self._design, self._model, self._num_classes = design, model, num_classes
        self.rounds, self.parameters, self.not_converged = rounds, parameters, not_converged

    @override
    def predict(self, design: DesignRows) -> NDArray[np.float64]:
        return self.predict_matrix(self._design.apply(design))

    def predict_matrix(self, inputs: Matrix) -> NDArray[np.float64]:
        """As `predict`, of rows that are a matrix already."""
        if not self._num_classes:
            return np.asarray(self.outputs(inputs), dtype=np.float64)
        out = np.zeros((inputs.shape[0], self._num_classes))
        out[:, self._model.classes_.astype(int)] = self.outputs(inputs)
        return out

    def outputs(self, inputs: Matrix) -> Matrix:
        """Numbers [n], or probabilities of the classes that training rows have; those of the others are 0."""
        return self._model.predict_proba(inputs) if self._num_classes else self._model.predict(inputs)
