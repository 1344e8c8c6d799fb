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
    """Such a model.

    Attributes:
        design: what makes the matrix that it reads.
        model: which reads it.
        num_classes: C, 0 where labels are numbers.
    """

    def __init__(
        self,
        design: Design,
        model: Estimator,
        num_classes: int,
        rounds: int = 1,
        parameters: int = 0,
        not_converged: str = "",
    ) -> None:
        """The last three are the attributes of a `Predictor`."""
        self.design, self.model, self.num_classes = design, model, num_classes
        self.rounds, self.parameters, self.not_converged = rounds, parameters, not_converged

    @override
    def predict(self, design: DesignRows) -> NDArray[np.float64]:
        return self.predict_matrix(self.design.apply(design))

    def predict_matrix(self, inputs: Matrix) -> NDArray[np.float64]:
        """As `predict`, of rows that are a matrix already."""
        if not self.num_classes:
            return np.asarray(self.outputs(inputs), dtype=np.float64)
        out = np.zeros((inputs.shape[0], self.num_classes))
        out[:, self.model.classes_.astype(int)] = self.outputs(inputs)
        return out

    def outputs(self, inputs: Matrix) -> Matrix:
        """Numbers [n], or probabilities of the classes that training rows have; those of the others are 0."""
        return self.model.predict_proba(inputs) if self.num_classes else self.model.predict(inputs)
